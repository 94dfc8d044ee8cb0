/* <message-log>: the messages of one conversation, for a visitor and for an operator.
   Says in words who speaks. Shows what was typed at once and confirms it when the server echoes it.
   Text goes in as text, never as HTML: what strangers type is shown, not run.

   Attributes: phone-links (numbers callable), choices="buttons|words|none", times (show the time).
   Events: "choose" {title, payload}, "resend" {clientId}. */

import { withPhoneLinks } from "../../js/phone_numbers.js";

const TIME = new Intl.DateTimeFormat("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });

class MessageLog extends HTMLElement {
  /** Who says what; "operator" is followed by a name where the message carries one. */
  names = { visitor: "Jij", assistant: "Chatbot", operator: "Medewerker", system: "Eerste Stap" };

  #list = null;
  /** Typed but not yet confirmed, by client_id, in the order of typing. */
  #pending = new Map();
  #openChoices = null;

  connectedCallback() {
    this.#list ??= this.querySelector("ol");
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  /** A message that the server has stored. */
  add(message) {
    const waiting = message.client_id ? this.#pending.get(message.client_id) : undefined;
    const item = waiting ?? document.createElement("li");
    this.#pending.delete(message.client_id);
    this.#fill(item, message);
    item.dataset.seq = message.seq;
    const next = this.#after(message.seq, item);
    if (!item.isConnected || item.nextElementSibling !== next) {
      this.#list.insertBefore(item, next);
    }
    this.#markFollowers(item);
    if (message.from === "visitor" || message.from === "operator") {
      this.useUpChoices();
    }
    this.#offerChoices(item, message);
    return item;
  }

  /** Something just typed, on its way. */
  addPending(clientId, message) {
    const item = document.createElement("li");
    this.#fill(item, message);
    item.classList.add("message--pending");
    const note = document.createElement("p");
    note.className = "message__note message__note--pending";
    note.textContent = "wordt verstuurd";
    item.append(note);
    this.#pending.set(clientId, item);
    this.#list.append(item);
    this.#markFollowers(item);
    return item;
  }

  get list() {
    return this.#list;
  }

  /** It was refused, but may be sent again as it is. */
  markFailed(clientId, reason) {
    const item = this.#pending.get(clientId);
    if (!item) {
      return;
    }
    item.querySelector(".message__note")?.remove();
    const note = document.createElement("p");
    note.className = "message__note message__note--failed";
    note.textContent = `Niet verstuurd. ${reason}`;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = "Opnieuw versturen";
    again.addEventListener("click", () => {
      again.remove();
      note.className = "message__note message__note--pending";
      note.textContent = "wordt verstuurd";
      this.dispatchEvent(new CustomEvent("resend", { detail: { clientId } }));
    });
    item.append(note, again);
  }

  /** Takes something unconfirmed away, for instance because its text goes back to the text field. */
  withdraw(clientId) {
    this.#pending.get(clientId)?.remove();
    this.#pending.delete(clientId);
  }

  /** A line between two parts of the conversation. */
  addDivider(text) {
    const item = document.createElement("li");
    item.className = "message-log__divider";
    item.textContent = text;
    this.#list.append(item);
    return item;
  }

  useUpChoices() {
    this.#openChoices?.remove();
    this.#openChoices = null;
  }

  clear() {
    this.#pending.clear();
    this.#openChoices = null;
    this.#list.replaceChildren();
  }

  /** The server decides on the order; what is not confirmed stays last. */
  #after(seq, except) {
    let next = null;
    for (let each = this.#list.lastElementChild; each; each = each.previousElementSibling) {
      if (each.dataset.seq && Number(each.dataset.seq) < seq) {
        break;
      }
      if (each !== except && (each.dataset.seq || each.classList.contains("message--pending"))) {
        next = each;
      }
    }
    return next;
  }

  #fill(item, message) {
    item.className = `message message--${message.from}`;
    item.dataset.who = this.#nameOf(message);
    const who = document.createElement("p");
    who.className = "message__who";
    who.textContent = item.dataset.who;
    if (this.hasAttribute("times") && message.at) {
      const time = document.createElement("time");
      time.dateTime = message.at;
      time.textContent = TIME.format(new Date(message.at));
      who.append(" ", time);
    }
    const text = document.createElement("p");
    text.className = "message__text";
    text.dir = "auto"; // people also write Arabic
    const linked = this.hasAttribute("phone-links") && message.from !== "visitor";
    text.append(...(linked ? withPhoneLinks(message.text) : [document.createTextNode(message.text)]));
    item.replaceChildren(who, text);
  }

  #nameOf(message) {
    const name = this.names[message.from] ?? message.from;
    return message.from === "operator" && message.name ? `${name} ${message.name}`.trim() : name;
  }

  /** The name is there for everyone who listens, but is drawn once for a row of messages by the same person. */
  #markFollowers(item) {
    for (const each of [item, item.nextElementSibling]) {
      const before = each?.previousElementSibling;
      each?.classList.toggle("message--follows", Boolean(before) && before.dataset.who === each.dataset.who);
    }
  }

  #offerChoices(item, message) {
    const choices = message.choices ?? [];
    const how = this.getAttribute("choices") ?? "none";
    if (choices.length === 0 || how === "none") {
      return;
    }
    if (how === "words") {
      const words = document.createElement("p");
      words.className = "message__note";
      words.textContent = `Keuzes: ${choices.map((choice) => choice.title).join(" · ")}`;
      item.append(words);
      return;
    }
    this.useUpChoices();
    const list = document.createElement("ul");
    list.className = "choices";
    list.setAttribute("role", "list");
    list.setAttribute("aria-label", "Kies een antwoord");
    for (const choice of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button choices__button";
      button.textContent = choice.title;
      button.addEventListener("click", () => {
        this.dispatchEvent(new CustomEvent("choose", { detail: { title: choice.title, payload: choice.payload } }));
      });
      const row = document.createElement("li");
      row.append(button);
      list.append(row);
    }
    item.append(list);
    this.#openChoices = list;
  }
}

customElements.define("message-log", MessageLog);
