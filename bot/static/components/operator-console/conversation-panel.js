/* <conversation-panel>: one conversation in the middle of the console.
   Shows what it is given; what happens is decided in operator-console.js.

   Events: "say" {text}, "typing", "release", "transfer", "close", "done". */

import "../message-composer/message-composer.js";
import "../message-log/message-log.js";
import { FollowEnd } from "../../js/follow_end.js";
import { signalLine } from "./signal_line.js";
import { endInWords, summaryLines, upperFirst } from "./words.js";

const TYPING_MS = 6_000;

class ConversationPanel extends HTMLElement {
  #parts = {};
  #log = null;
  #composer = null;
  #follow = null;
  #shown = null;
  #typingTimer = null;
  #humanPart = false;

  connectedCallback() {
    for (const part of this.querySelectorAll("[data-part]")) {
      this.#parts[part.dataset.part] = part;
    }
    this.#log = this.querySelector("message-log");
    this.#composer = this.querySelector("message-composer");
    // On a small screen the summary leaves the room to what is said now; its reason stays in sight.
    this.querySelector("details").open = window.matchMedia("(min-width: 56em)").matches;
    this.#follow = new FollowEnd(this.#parts.scroll, this.#log.list, this.#parts.jump, ".message--operator");

    this.#composer.addEventListener("send-message", (event) => this.#tell("say", event.detail));
    this.#composer.addEventListener("typing", () => this.#tell("typing"));
    this.#parts.done.addEventListener("click", () => this.#tell("done"));
    for (const button of this.querySelectorAll("[data-action]")) {
      button.addEventListener("click", () => this.#tell(button.dataset.action));
    }
  }

  /** Opens another conversation, or none. What was typed for the one before stays with it. */
  show(talk) {
    if (this.#shown) {
      this.#shown.draft = this.#composer.text;
    }
    this.#shown = talk;
    this.hidden = talk === null;
    this.#log.clear();
    this.#humanPart = false;
    this.#hideTyping();
    if (talk === null) {
      return;
    }
    this.#log.names = { visitor: upperFirst(talk.label), assistant: "Chatbot", operator: "", system: "Melding" };
    this.#parts.label.textContent = upperFirst(talk.label);
    this.#showSummary(talk);
    const messages = [...talk.messages.values()].sort((a, b) => a.seq - b.seq);
    const humanPart = startOfHumanPart(messages);
    messages.forEach((message, index) => this.#add(message, index < humanPart));
    for (const [clientId, text] of talk.pending) {
      this.#log.addPending(clientId, { from: "operator", text });
    }
    this.#composer.text = talk.draft;
    this.#composer.clearError();
    this.showState();
    this.#follow.toEnd();
  }

  /** The state of the shown conversation changed. */
  showState() {
    const talk = this.#shown;
    const over = talk.ended !== null;
    this.#parts.state.textContent = over ? "Dit gesprek is niet meer bij jou" : "Je praat met deze bezoeker";
    this.#parts.actions.hidden = over;
    this.#parts.ended.hidden = !over;
    this.#composer.hidden = over;
    if (over) {
      const [title, text] = endInWords(talk.ended);
      this.#parts["ended-title"].textContent = title;
      this.#parts["ended-text"].textContent = text;
      this.#hideTyping();
      if (talk.ended === "erased") {
        this.#wipe();
      }
    }
  }

  /** Nothing of what was said stays on the page, nor what was being typed about it. */
  #wipe() {
    this.#log.clear();
    this.#parts.jump.hidden = true;
    this.#parts.summary.replaceChildren();
    this.#parts.reason.textContent = "";
    this.#parts.reason.hidden = true;
    this.#composer.text = "";
    this.#composer.clearError();
  }

  addMessage(message) {
    this.#follow.around(() => this.#add(message, false));
    if (message.from === "visitor") {
      this.#hideTyping();
    }
  }

  addPending(clientId, text) {
    this.#startHumanPart();
    this.#log.addPending(clientId, { from: "operator", text });
    this.#follow.toEnd();
  }

  /** The server did not take it: the text goes back where it was typed. */
  showRefused(clientId, reason, text) {
    this.#log.withdraw(clientId);
    this.#composer.giveBack(text);
    this.#composer.showError(reason);
  }

  showTyping() {
    clearTimeout(this.#typingTimer);
    this.#parts.typing.textContent = `${upperFirst(this.#shown.label)} typt`;
    this.#typingTimer = setTimeout(() => this.#hideTyping(), TYPING_MS);
  }

  focusHeading() {
    this.#parts.label.focus({ preventScroll: true });
  }

  focusEnded() {
    this.#parts["ended-title"].focus();
  }

  focusField() {
    this.#composer.focusField();
  }

  /** What was said to the chatbot looks apart from what is said to a person. */
  #add(message, withBot) {
    if (!withBot) {
      this.#startHumanPart();
    }
    const item = this.#log.add(message);
    item.classList.toggle("message--with-bot", withBot);
    if (message.safety) {
      item.querySelector(".message__text").after(signalLine(message.safety));
    }
  }

  #startHumanPart() {
    if (!this.#humanPart) {
      this.#humanPart = true;
      if (!this.#log.isEmpty) {
        this.#log.addDivider("Vanaf hier met een medewerker");
      }
    }
  }

  #showSummary(talk) {
    this.#parts.reason.textContent = upperFirst(talk.reason ?? "");
    this.#parts.reason.hidden = !talk.reason;
    this.#parts.reason.classList.toggle("summary__reason--acute", talk.acute);
    const lines = summaryLines(talk.summary);
    const rows = (lines.length > 0 ? lines : [["Doorgegeven", "niets"]]).map(([name, value]) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const words = document.createElement("dd");
      term.textContent = name;
      words.textContent = value;
      row.append(term, words);
      return row;
    });
    this.#parts.summary.replaceChildren(...rows);
  }

  #hideTyping() {
    clearTimeout(this.#typingTimer);
    this.#parts.typing.textContent = "";
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Where the chatbot fell silent: after its last word. The notices that follow are of the queue;
 * only the last of them says that somebody took over.
 */
function startOfHumanPart(messages) {
  let start = messages.length;
  while (start > 0 && messages[start - 1].from !== "assistant") {
    start -= 1;
  }
  while (messages[start]?.from === "system" && messages[start + 1]?.from === "system") {
    start += 1;
  }
  return start;
}

customElements.define("conversation-panel", ConversationPanel);
