/* <exit-page>: leave this site at once. Wraps a plain link, which does its work without this file too.
   For someone who hears footsteps: what was on the screen goes first, everything else comes after that.

   Ways out: the link, Shift three times alone (as on other help sites), Escape twice. */

const SHIFTS = 3;
const SHIFT_WAIT_MS = 5_000; // between two presses, not for all three: shaking hands are slow
const ESCAPES = 2;
const ESCAPE_WAIT_MS = 2_000; // shorter: Escape has other uses

class ExitPage extends HTMLElement {
  #presses = 0;
  #key = null;
  #timer = null;
  #shiftIsAlone = false;
  #progress = document.createElement("span");
  #dots = document.createElement("span");
  #status = document.createElement("span");

  connectedCallback() {
    // Clipped and not hidden while there is nothing to tell: screen readers must know the status line before it speaks.
    this.#progress.className = "exit-page__progress for-ears";
    this.#dots.className = "exit-page__dots";
    this.#dots.setAttribute("aria-hidden", "true");
    this.#status.setAttribute("role", "status");
    this.#progress.append(this.#dots, this.#status);
    this.append(this.#progress);

    const link = this.querySelector("a");
    // Also with Control or the middle button: a second tab would leave this one standing open.
    for (const type of ["click", "auxclick"]) {
      link.addEventListener(type, (event) => {
        if (event.button !== 2) {
          event.preventDefault();
          this.leave();
        }
      });
    }
    // Capture: no dialog or text field may swallow the way out.
    document.addEventListener("keydown", (event) => this.#onKeyDown(event), true);
    document.addEventListener("keyup", (event) => this.#onKeyUp(event), true);
    // Shift with the mouse selects text; that is not a call for help.
    document.addEventListener("pointerdown", () => this.#startAgain(), true);

    // Also who went by another way (Back, another address, closing the tab) must not leave the chat behind:
    // browsers keep a page as it was for the Back button.
    window.addEventListener("pagehide", () => {
      blankThePage();
      this.#tellOthers("visitor_ended");
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        location.reload();
      }
    });
  }

  leave() {
    const url = this.querySelector("a").href;
    blankThePage();
    this.#tellOthers("quick_exit");
    // replace(): the chat is one page with one address, so Back does not lead to it.
    location.replace(url);
  }

  /** The page is already empty. Listeners say goodbye to the server and forget what they know, without waiting. */
  #tellOthers(reason) {
    document.dispatchEvent(new CustomEvent("leave-page", { detail: { reason } }));
  }

  #onKeyDown(event) {
    if (event.isComposing || event.repeat) {
      return;
    }
    if (event.key === "Escape") {
      this.#count("Escape", ESCAPES, ESCAPE_WAIT_MS);
    } else if (event.key === "Shift") {
      // With Control, Alt or the like it is a shortcut of the keyboard or the system.
      this.#shiftIsAlone = !event.ctrlKey && !event.altKey && !event.metaKey;
    } else {
      this.#startAgain();
    }
  }

  #onKeyUp(event) {
    if (event.key === "Shift" && this.#shiftIsAlone) {
      this.#shiftIsAlone = false;
      this.#count("Shift", SHIFTS, SHIFT_WAIT_MS);
    }
  }

  #count(key, needed, waitMs) {
    if (this.#key !== key) {
      this.#startAgain();
      this.#key = key;
    }
    this.#presses += 1;
    if (this.#presses >= needed) {
      this.leave();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#startAgain(), waitMs);
    this.#showProgress(needed);
  }

  #startAgain() {
    clearTimeout(this.#timer);
    this.#shiftIsAlone = false;
    this.#presses = 0;
    this.#key = null;
    this.#progress.classList.add("for-ears");
    this.#dots.replaceChildren();
    this.#status.textContent = "";
  }

  #showProgress(needed) {
    this.#dots.replaceChildren(
      ...Array.from({ length: needed }, (_, index) => {
        const dot = document.createElement("span");
        dot.className = index < this.#presses ? "exit-page__dot exit-page__dot--on" : "exit-page__dot";
        return dot;
      }),
    );
    this.#progress.classList.remove("for-ears");
    this.#status.textContent = `Nog ${needed - this.#presses} keer`;
  }
}

/** One synchronous step, so that the browser paints nothing of the chat again. */
function blankThePage() {
  const cover = document.createElement("div");
  cover.className = "exit-page-cover";
  cover.setAttribute("role", "alert");
  document.documentElement.classList.add("exit-page-left");
  document.body.replaceChildren(cover);
  document.title = "Laden";
  // After it is in the page: only then screen readers notice. It does not say what was left.
  const text = document.createElement("span");
  text.className = "for-ears";
  text.textContent = "Pagina wordt geladen";
  cover.append(text);
}

customElements.define("exit-page", ExitPage);
