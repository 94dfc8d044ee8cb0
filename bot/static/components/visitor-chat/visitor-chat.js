/* <visitor-chat>: the chat page. Binds what the visitor sees to the conversation with the server.
   The words that stand still are in the template; here are only those that change. */

import "../message-log/message-log.js";
import "../message-composer/message-composer.js";
import { ask } from "../../js/dialog.js";
import { errorText } from "../../js/error_texts.js";
import { FollowEnd } from "../../js/follow_end.js";
import { withPhoneLinks } from "../../js/phone_numbers.js";
import { followVisibleViewport } from "../../js/viewport.js";
import { Conversation } from "./conversation.js";

const HUMAN = { title: "Ik wil een mens spreken", payload: "/mens_spreken" };

// A quick answer needs no dots; they would only flicker.
const DOTS_AFTER_MS = 400;
// Longer than the server lets the assistant think. After that somebody waits for nothing.
const DOTS_AT_MOST_MS = 12_000;
// A short gap in a mobile network is no news.
const SAY_LOST_AFTER_MS = 1_500;

const NO_CONNECTION = "Geen verbinding. Je kunt nu wel bellen: 112 of 0800-2000. We blijven het proberen.";

class VisitorChat extends HTMLElement {
  #conversation = new Conversation();
  #parts = {};
  #log = null;
  #follow = null;
  #composer = null;
  #operator = "";
  #dotsTimer = null;
  #lostTimer = null;

  connectedCallback() {
    for (const part of this.querySelectorAll("[data-part]")) {
      this.#parts[part.dataset.part] = part;
    }
    this.#log = this.querySelector("message-log");
    this.#composer = this.querySelector("message-composer");

    this.#follow = new FollowEnd(this.#parts.scroll, this.#log.list, this.#parts.jump, ".message--visitor");

    followVisibleViewport();
    this.#listenToVisitor();
    this.#listenToServer();
    this.#showStart();
  }

  #listenToVisitor() {
    const { roles, human, stop, new: again } = this.#parts;
    this.#composer.addEventListener("send-message", (event) => this.#say(event.detail.text));
    this.#composer.addEventListener("typing", () => {
      // Only a human is told that somebody types; to the chatbot it is nothing.
      if (this.#conversation.state === "with_operator") {
        this.#conversation.sayTyping();
      }
    });
    this.#log.addEventListener("choose", (event) => this.#choose(event.detail));
    this.#log.addEventListener("resend", (event) => this.#conversation.sendAgain(event.detail.clientId));
    roles.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) {
        this.#choose({ title: button.textContent.trim(), payload: button.dataset.payload });
      }
    });
    human.addEventListener("click", () => this.#choose(HUMAN));
    stop.addEventListener("click", () => this.#askToStop());
    again.addEventListener("click", () => this.#startAgain());

    const skip = document.querySelector("[data-skip]");
    skip.hidden = false;
    skip.addEventListener("click", () => this.#composer.focusField());

    document.addEventListener("leave-page", (event) => this.#conversation.leave(event.detail.reason));
  }

  #listenToServer() {
    const conversation = this.#conversation;
    conversation.addEventListener("message", (event) => this.#onMessage(event.detail));
    conversation.addEventListener("state", (event) => this.#onState(event.detail));
    conversation.addEventListener("typing", (event) => this.#showTyping(event.detail.from));
    conversation.addEventListener("refused", (event) => this.#onRefused(event.detail));
    conversation.addEventListener("connection", (event) => this.#onConnection(event.detail));
    conversation.addEventListener("gone", (event) => this.#onGone(event.detail));
  }

  // What the visitor does

  #say(text) {
    const clientId = this.#conversation.sendMessage(text);
    this.#showOwn(clientId, text);
  }

  #choose(choice) {
    const clientId = this.#conversation.sendChoice(choice);
    const item = this.#showOwn(clientId, choice.title);
    // The button is gone. From here Tab leads to the choices of the answer; the phone keyboard stays down.
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
  }

  #showOwn(clientId, text) {
    this.#parts.roles.hidden = true;
    this.#parts.stop.hidden = false;
    this.#log.useUpChoices();
    const item = this.#log.addPending(clientId, { from: "visitor", text });
    this.#follow.toEnd();
    if (this.#conversation.state !== "with_operator") {
      this.#expectAnswer();
    }
    return item;
  }

  async #askToStop() {
    const answer = await ask(this.#parts["stop-dialog"], [this.#parts.scroll, this.#parts.foot]);
    if (answer === "stop") {
      await this.#conversation.end();
      this.#conversation.forget();
      this.#showClosed("Het gesprek is gesloten", "Je hebt een stap gezet. Je kunt altijd terugkomen.");
    } else if (answer === "erase") {
      await this.#erase();
    }
  }

  async #erase() {
    if (!(await this.#conversation.erase())) {
      this.#composer.showError("Wissen is niet gelukt: er is geen verbinding. Het gesprek is er nog. Probeer het opnieuw.");
      return;
    }
    this.#conversation.forget();
    this.#log.clear();
    this.#composer.text = "";
    this.#showClosed("Het gesprek is gestopt en gewist", "Wij hebben het niet meer. Je kunt altijd terugkomen.");
  }

  #startAgain() {
    this.#conversation.forget();
    this.#log.clear();
    this.#showStart();
    this.#composer.focusField();
  }

  // What the server says

  #onMessage(message) {
    if (message.from === "operator" && message.name) {
      this.#operator = message.name;
      this.#showState("with_operator", null);
    }
    if (message.from !== "visitor") {
      this.#hideTyping();
    }
    this.#follow.around(() => this.#log.add(message));
  }

  #onState({ state, queuePosition }) {
    if (state === "closed") {
      this.#giveBackUnsent();
      this.#showClosed("Het gesprek is gesloten", "Je hebt een stap gezet. Je kunt altijd terugkomen.");
      return;
    }
    if (state !== "with_operator") {
      this.#operator = "";
    } else {
      this.#log.useUpChoices();
      this.#hideTyping();
    }
    this.#showState(state, queuePosition);
  }

  #onRefused({ code, clientId, text, mayRepeat }) {
    this.#hideTyping();
    const reason = errorText(code);
    if (clientId && (mayRepeat || text === null)) {
      this.#log.markFailed(clientId, reason);
      return;
    }
    if (clientId) {
      this.#log.withdraw(clientId);
      this.#composer.giveBack(text);
    }
    this.#composer.showError(reason);
  }

  #onGone({ code }) {
    this.#giveBackUnsent();
    this.#showClosed(errorText(code), "Je kunt een nieuw gesprek beginnen.");
  }

  #onConnection({ open, failures }) {
    clearTimeout(this.#lostTimer);
    if (open) {
      this.#parts.connection.textContent = "";
      return;
    }
    this.#hideTyping();
    const wait = failures > 1 ? 0 : SAY_LOST_AFTER_MS;
    this.#lostTimer = setTimeout(() => {
      if (!this.#parts.connection.textContent) {
        this.#parts.connection.replaceChildren(...withPhoneLinks(NO_CONNECTION));
      }
    }, wait);
  }

  #giveBackUnsent() {
    const unsent = this.#conversation.forget();
    if (unsent.length > 0) {
      this.#composer.giveBack(unsent.join("\n"));
    }
  }

  // What is seen

  #showStart() {
    const { opening, roles, closing, foot, stop, connection } = this.#parts;
    opening.hidden = false;
    roles.hidden = false;
    closing.hidden = true;
    foot.hidden = false;
    stop.hidden = true;
    connection.textContent = "";
    this.#operator = "";
    this.#hideTyping();
    this.dataset.state = "new";
    this.#parts.human.hidden = false;
    this.#parts.state.textContent = "Chatbot, geen mens";
  }

  #showState(state, queuePosition) {
    this.dataset.state = state;
    // Who waits has asked already, and who has a human needs no button for one.
    this.#parts.human.hidden = state !== "with_assistant";
    const line = stateLine(state, queuePosition, this.#operator);
    if (this.#parts.state.textContent !== line) {
      this.#parts.state.textContent = line;
    }
  }

  #showClosed(title, text) {
    const { closing, foot, opening } = this.#parts;
    clearTimeout(this.#lostTimer);
    this.dataset.state = "closed";
    this.#hideTyping();
    this.#log.useUpChoices();
    opening.hidden = this.#log.isEmpty;
    this.#parts.roles.hidden = true;
    this.#parts["closing-title"].textContent = title;
    this.#parts["closing-text"].textContent = text;
    closing.hidden = false;
    foot.hidden = true;
    closing.focus({ preventScroll: true });
    closing.scrollIntoView({ block: "nearest" });
  }

  /** The assistant has been asked something. */
  #expectAnswer() {
    clearTimeout(this.#dotsTimer);
    this.#dotsTimer = setTimeout(() => this.#drawTyping("assistant"), DOTS_AFTER_MS);
  }

  #showTyping(from) {
    if (from === "operator") {
      this.#drawTyping(from);
    } else if (this.#parts.typing.hidden) {
      this.#expectAnswer();
    }
  }

  #drawTyping(from) {
    clearTimeout(this.#dotsTimer);
    this.#parts["typing-who"].textContent = from === "operator" ? this.#operator || "Medewerker" : "Chatbot";
    this.#follow.around(() => {
      this.#parts.typing.hidden = false;
    });
    this.#dotsTimer = setTimeout(() => this.#hideTyping(), from === "operator" ? 6_000 : DOTS_AT_MOST_MS);
  }

  #hideTyping() {
    clearTimeout(this.#dotsTimer);
    this.#parts.typing.hidden = true;
  }
}

function stateLine(state, queuePosition, operator) {
  if (state === "waiting") {
    const place = queuePosition === null ? "" : `, plek ${queuePosition}`;
    return `In de rij voor een medewerker${place}`;
  }
  if (state === "with_operator") {
    return operator ? `Je praat met een medewerker: ${operator}` : "Je praat met een medewerker";
  }
  return "Je praat met een chatbot";
}

customElements.define("visitor-chat", VisitorChat);
