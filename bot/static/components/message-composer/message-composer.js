/* <message-composer>: where somebody types. Enter sends, Shift+Enter makes a new line.
   Keeps the text whatever happens; only a message that was taken over leaves the field.

   Attributes: disabled.
   Events: "send-message" {text}, "typing" (at most once in three seconds). */

const COUNT_FROM = 1_800;
const TYPING_EVERY_MS = 3_000;
// A screen reader hears the rest now and then, not at every key.
const SAY_AT = new Set([200, 100, 50, 20, 10, 0]);

class MessageComposer extends HTMLElement {
  static observedAttributes = ["disabled"];

  #form = null;
  #field = null;
  #error = null;
  #count = null;
  #countForEars = null;
  #saidTyping = 0;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#field = this.querySelector("textarea");
    this.#error = this.querySelector(".composer__error");
    this.#count = this.querySelector(".composer__count");
    this.#countForEars = this.querySelector(".composer__count-for-ears");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => {
      // While composing (Chinese, Japanese, some phones) Enter chooses a word.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.#field.addEventListener("input", () => this.#onInput());
    this.#applyDisabled();
  }

  attributeChangedCallback() {
    this.#applyDisabled();
  }

  get text() {
    return this.#field.value;
  }

  set text(value) {
    this.#field.value = value;
    this.#measure();
  }

  focusField() {
    this.#field.focus();
  }

  /** A refused text comes back, before whatever was typed since. */
  giveBack(text) {
    this.text = this.text ? `${text}\n${this.text}` : text;
  }

  showError(text) {
    this.#error.textContent = text;
    this.#field.setAttribute("aria-invalid", "true");
  }

  clearError() {
    this.#error.textContent = "";
    this.#field.removeAttribute("aria-invalid");
  }

  #submit() {
    if (this.hasAttribute("disabled")) {
      return;
    }
    const text = this.#field.value.trim();
    if (!text) {
      this.showError("Typ eerst een bericht.");
      this.#field.focus();
      return;
    }
    this.clearError();
    this.text = "";
    this.#saidTyping = 0; // the next message is a new beginning
    this.dispatchEvent(new CustomEvent("send-message", { detail: { text } }));
  }

  #onInput() {
    this.clearError();
    this.#measure();
    const now = Date.now();
    if (this.#field.value && now - this.#saidTyping > TYPING_EVERY_MS) {
      this.#saidTyping = now;
      this.dispatchEvent(new CustomEvent("typing"));
    }
  }

  #measure() {
    // Browsers without field-sizing do not grow the field by themselves.
    if (!CSS.supports("field-sizing", "content")) {
      this.#field.style.height = "auto";
      this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
    }
    const length = this.#field.value.length;
    const left = this.#field.maxLength - length;
    const shown = length >= COUNT_FROM;
    this.#count.hidden = !shown;
    this.#count.textContent = shown ? `Nog ${left} tekens` : "";
    if (!shown) {
      this.#countForEars.textContent = "";
    } else if (SAY_AT.has(left)) {
      this.#countForEars.textContent = `Nog ${left} tekens`;
    }
  }

  #applyDisabled() {
    if (!this.#field) {
      return;
    }
    const off = this.hasAttribute("disabled");
    this.#field.disabled = off;
    this.querySelector("button").disabled = off;
  }
}

customElements.define("message-composer", MessageComposer);
