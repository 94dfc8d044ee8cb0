/* <operator-console>: the operator's page. Holds the operator's own conversations and what the server says of them.
   Made for the end of a night shift: one thing asks for attention at a time, and nothing typed gets lost. */

import "./conversation-panel.js";
import "./queue-list.js";
import { newClientId } from "../../js/client_id.js";
import { ask } from "../../js/dialog.js";
import { errorText } from "../../js/error_texts.js";
import { ReconnectingSocket } from "../../js/reconnecting_socket.js";
import { ApiError, claim, close, logOut, readConversation, readQueue, release, SOCKET_PATH, transfer } from "./console_api.js";
import { upperFirst } from "./words.js";

// An echo comes at once. When it does not, the connection is dead without having said so.
const ECHO_WITHIN_MS = 8_000;
const CONNECTED = "Verbonden";
const LOST = "Geen verbinding. Wat je typt blijft staan. We proberen het opnieuw.";

/** One of the operator's conversations, as this page knows it. */
class Talk {
  messages = new Map(); // seq -> message
  pending = new Map(); // client_id -> text, not yet echoed
  onItsWay = new Set(); // client_ids sent on this connection
  readSeq = 0;
  draft = "";
  /** Why it is over for this operator; null while it goes on. It stays in sight until the operator has seen that. */
  ended = null;

  constructor(body) {
    this.id = body.conversation;
    this.label = body.label;
    this.take(body);
  }

  take(body) {
    this.acute = body.acute ?? false;
    this.reason = body.reason ?? "";
    this.summary = body.summary ?? {};
    for (const message of body.messages ?? []) {
      this.messages.set(message.seq, message);
    }
  }

  get lastSeq() {
    return Math.max(0, ...this.messages.keys());
  }

  get unread() {
    return [...this.messages.values()].filter(({ seq, from }) => from === "visitor" && seq > this.readSeq).length;
  }

  /** Where an answer of an operator stands, everything before has been seen. */
  readToLastAnswer() {
    const answers = [...this.messages.values()].filter(({ from }) => from === "operator").map(({ seq }) => seq);
    this.readSeq = Math.max(0, ...answers);
  }
}

class OperatorConsole extends HTMLElement {
  #parts = {};
  #panel = null;
  #talks = new Map(); // conversation -> Talk
  #open = null;
  #waiting = [];
  #colleagues = [];
  #socket = null;
  #inStep = false; // false until this connection has told everything once
  #echoTimer = null;
  #loading = new Map(); // conversation -> messages that came while it was being read

  connectedCallback() {
    for (const part of this.querySelectorAll("[data-part]")) {
      // The parts of a conversation belong to its panel.
      if (!part.closest("conversation-panel")) {
        this.#parts[part.dataset.part] = part;
      }
    }
    this.#panel = this.querySelector("conversation-panel");
    this.#listenToOperator();
    this.#socket = new ReconnectingSocket(() => this.#findSocket());
    this.#socket.addEventListener("frame", (event) => void this.#onFrame(event.detail));
    this.#socket.addEventListener("lost", () => {
      this.#inStep = false;
      clearTimeout(this.#echoTimer);
      this.#sayLine(LOST);
    });
    this.#socket.start();
  }

  #listenToOperator() {
    const { next, logout, back, skip } = this.#parts;
    this.querySelector("queue-list").addEventListener("take", (event) => void this.#take(event.detail.id));
    next.addEventListener("click", () => void this.#takeNext());
    logout.addEventListener("click", () => void this.#logOut());
    back.addEventListener("click", () => this.#show(null));
    skip.addEventListener("click", () => {
      if (this.#open) {
        this.#panel.focusHeading();
      } else {
        this.#parts.next.focus();
      }
    });
    this.#panel.addEventListener("say", (event) => this.#say(event.detail.text));
    this.#panel.addEventListener("typing", () => this.#socket.send({ type: "typing", conversation: this.#open.id }));
    this.#panel.addEventListener("done", () => this.#drop(this.#open));
    this.#panel.addEventListener("release", () => void this.#giveBack());
    this.#panel.addEventListener("close", () => void this.#close());
    this.#panel.addEventListener("transfer", () => void this.#transfer());
  }

  // What the operator does

  async #take(id) {
    this.#notice("");
    try {
      this.#adopt(await claim(id), { read: true });
      this.#show(this.#talks.get(id));
      this.#panel.focusHeading();
    } catch (problem) {
      this.#onProblem(problem);
      await this.#refreshQueue();
      // The row is gone, and the focus with it.
      this.querySelector("#queue-title").focus();
    }
  }

  /** The first in the queue; when a colleague was just earlier, the next. */
  async #takeNext() {
    this.#notice("");
    for (const { conversation } of [...this.#waiting]) {
      try {
        this.#adopt(await claim(conversation), { read: true });
        this.#show(this.#talks.get(conversation));
        this.#panel.focusHeading();
        return;
      } catch (problem) {
        if (problem.code !== "already_claimed") {
          this.#onProblem(problem);
          return;
        }
      }
    }
    this.#notice("Een collega was net eerder. Er wacht nu niemand.");
    await this.#refreshQueue();
  }

  #say(text) {
    const talk = this.#open;
    const clientId = newClientId();
    talk.pending.set(clientId, text);
    talk.readSeq = talk.lastSeq;
    this.#panel.addPending(clientId, text);
    this.#flush();
  }

  async #giveBack() {
    const talk = this.#open;
    if ((await ask(this.#parts["release-dialog"])) === "yes") {
      await this.#part(talk, () => release(talk.id), `${upperFirst(talk.label)} praat weer met de chatbot.`);
    }
  }

  async #close() {
    const talk = this.#open;
    if ((await ask(this.#parts["close-dialog"])) === "yes") {
      await this.#part(talk, () => close(talk.id), `Het gesprek met ${talk.label} is gesloten.`);
    }
  }

  async #transfer() {
    const talk = this.#open;
    const present = this.#colleagues.filter(({ username, online }) => online && username !== this.dataset.operator);
    this.#parts["transfer-words"].textContent =
      present.length > 0 ? "De bezoeker leest dat een collega het gesprek overneemt." : "Er is nu geen collega aanwezig.";
    this.#parts["transfer-buttons"].replaceChildren(
      ...present.map(({ username, display_name: name }) => {
        const button = document.createElement("button");
        button.className = "button";
        button.value = username;
        button.textContent = name;
        return button;
      }),
    );
    const to = await ask(this.#parts["transfer-dialog"]);
    if (to) {
      const name = present.find(({ username }) => username === to)?.display_name ?? to;
      await this.#part(talk, () => transfer(talk.id, to), `${name} heeft ${talk.label} nu.`);
    }
  }

  /** Gives a conversation out of hand and tells so. */
  async #part(talk, act, done) {
    this.#notice("");
    try {
      await act();
      this.#drop(talk);
      this.#sayNews(done);
    } catch (problem) {
      this.#onProblem(problem);
    }
  }

  async #logOut() {
    await logOut().catch(() => undefined);
    location.replace("/console/");
  }

  // What the server says

  async #findSocket() {
    try {
      this.#onQueue(await readQueue());
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) {
        this.#onLoggedOut();
        return null;
      }
      throw problem;
    }
    return SOCKET_PATH;
  }

  async #onFrame(frame) {
    if (frame.type === "welcome") {
      this.#socket.settled();
      this.#sayLine(CONNECTED);
      for (const talk of this.#talks.values()) {
        talk.onItsWay.clear();
      }
    } else if (frame.type === "queue") {
      this.#onQueue(frame);
      if (!this.#inStep) {
        this.#inStep = true;
        await this.#catchUp();
        this.#flush();
      }
    } else if (frame.type === "message") {
      this.#onMessage(frame);
    } else if (frame.type === "typing") {
      if (frame.conversation === this.#open?.id && frame.from === "visitor") {
        this.#panel.showTyping();
      }
    } else if (frame.type === "state") {
      await this.#onState(frame);
    } else if (frame.type === "error") {
      this.#onError(frame);
    }
  }

  #onQueue({ waiting, mine, operators }) {
    const before = this.#waiting.length;
    this.#waiting = waiting;
    this.#colleagues = operators;
    this.querySelector("queue-list").show(waiting, this.#parts["waiting-row"]);
    this.#parts.count.textContent = waiting.length > 0 ? String(waiting.length) : "";
    this.#parts["no-queue"].hidden = waiting.length > 0;
    this.#parts.next.disabled = waiting.length === 0;
    this.#parts["nothing-words"].textContent =
      waiting.length > 0
        ? `${peopleWait(waiting.length)}. Neem de volgende uit de wachtrij.`
        : "Er wacht niemand. Nieuwe mensen verschijnen vanzelf in de wachtrij.";
    document.title = waiting.length > 0 ? `(${waiting.length}) Console - Eerste Stap` : "Console - Eerste Stap";
    if (waiting.length > before) {
      this.#sayNews(`${waiting.some(({ acute }) => acute) ? "Acuut gevaar. " : ""}${peopleWait(waiting.length)}.`);
    }
    this.#showColleagues();
    for (const { conversation } of mine) {
      if (!this.#talks.has(conversation)) {
        void this.#load(conversation);
      }
    }
    this.#showMine();
  }

  /** Own conversations that this page does not know yet: after a reload, or passed on by a colleague. */
  async #load(id) {
    if (this.#loading.has(id)) {
      return;
    }
    this.#loading.set(id, []);
    try {
      const body = await readConversation(id);
      this.#adopt({ ...body, messages: [...body.messages, ...this.#loading.get(id)] }, { read: false });
      this.#showMine();
    } catch (problem) {
      // Gone again in the meantime is no news; anything else is tried again with the next queue.
      if (!(problem instanceof ApiError)) {
        this.#sayLine(LOST);
      }
    } finally {
      this.#loading.delete(id);
    }
  }

  #adopt(body, { read }) {
    const known = this.#talks.get(body.conversation);
    // Given back and taken again: begin anew, the server's view is the whole.
    const isNew = !known || known.ended !== null;
    const talk = isNew ? new Talk(body) : known;
    talk.take(body);
    this.#talks.set(talk.id, talk);
    if (read) {
      talk.readSeq = talk.lastSeq;
    } else if (isNew) {
      // The claim's own answer and the queue's news come in any order; the later must not unread what was read.
      talk.readToLastAnswer();
    }
  }

  /** After every new connection: what was said, and what ended, while this page could not hear it. */
  async #catchUp() {
    for (const talk of [...this.#talks.values()].filter(({ ended }) => ended === null)) {
      try {
        const body = await readConversation(talk.id);
        for (const message of body.messages) {
          this.#onMessage({ ...message, conversation: talk.id });
        }
        if (body.state !== "with_operator") {
          this.#end(talk, body.ended_by || body.state);
        }
      } catch (problem) {
        if (problem instanceof ApiError && problem.status === 404) {
          this.#end(talk, "elsewhere");
        }
      }
    }
  }

  #onMessage(frame) {
    const talk = this.#talks.get(frame.conversation);
    if (!talk) {
      // Not known yet: the queue names it, then it is read as a whole.
      this.#loading.get(frame.conversation)?.push(frame);
      return;
    }
    const isEcho = talk.pending.delete(frame.client_id);
    talk.onItsWay.delete(frame.client_id);
    if (talk.messages.has(frame.seq) && !isEcho) {
      return;
    }
    talk.messages.set(frame.seq, frame);
    if (isEcho) {
      this.#expectEcho();
    }
    if (talk === this.#open) {
      this.#panel.addMessage(frame);
      if (document.visibilityState === "visible") {
        talk.readSeq = talk.lastSeq;
      }
    }
    this.#showMine();
  }

  async #onState(frame) {
    const talk = this.#talks.get(frame.conversation);
    if (!talk || frame.state === "with_operator") {
      return;
    }
    let reason = frame.reason;
    if (reason === "visitor_ended") {
      // Ended or also erased? Then it may not be read here any longer either.
      reason = await readConversation(talk.id).then(
        () => reason,
        (problem) => (problem instanceof ApiError && problem.status === 404 ? "erased" : reason),
      );
    }
    this.#end(talk, reason);
  }

  #onError({ code, conversation, client_id: clientId }) {
    const talk = this.#talks.get(conversation);
    if (code === "login_required") {
      this.#onLoggedOut();
      return;
    }
    if (!talk?.pending.has(clientId)) {
      this.#notice(errorText(code));
      return;
    }
    talk.onItsWay.delete(clientId);
    const text = talk.pending.get(clientId);
    talk.pending.delete(clientId);
    this.#expectEcho();
    if (talk === this.#open) {
      this.#panel.showRefused(clientId, errorText(code), text);
    } else {
      talk.draft = talk.draft ? `${text}\n${talk.draft}` : text;
      this.#notice(`${upperFirst(talk.label)}: ${errorText(code)}`);
    }
  }

  #onProblem(problem) {
    if (!(problem instanceof ApiError)) {
      this.#notice("Geen verbinding met de server. Probeer het zo opnieuw.");
    } else if (problem.status === 401) {
      this.#onLoggedOut();
    } else {
      this.#notice(errorText(problem.code));
    }
  }

  #onLoggedOut() {
    this.#socket.stop();
    this.#sayLine("Uitgelogd");
    const link = document.createElement("a");
    link.href = "/console/";
    link.textContent = "Log opnieuw in";
    this.#parts.notice.replaceChildren("Je bent uitgelogd. ", link, ".");
  }

  // Sending

  #flush() {
    if (!this.#inStep) {
      return;
    }
    for (const talk of this.#talks.values()) {
      for (const [clientId, text] of talk.pending) {
        const frame = { type: "message", conversation: talk.id, text, client_id: clientId };
        if (!talk.onItsWay.has(clientId) && this.#socket.send(frame)) {
          talk.onItsWay.add(clientId);
        }
      }
    }
    this.#expectEcho();
  }

  #expectEcho() {
    clearTimeout(this.#echoTimer);
    if ([...this.#talks.values()].some(({ onItsWay }) => onItsWay.size > 0)) {
      this.#echoTimer = setTimeout(() => this.#socket.cut(), ECHO_WITHIN_MS);
    }
  }

  // What is seen

  #show(talk) {
    this.#open = talk;
    // First: on a narrow screen the panel is laid out only then, and can't scroll to its end before.
    this.toggleAttribute("data-open", talk !== null);
    this.#panel.show(talk);
    this.#parts.nothing.hidden = talk !== null;
    if (talk) {
      talk.readSeq = talk.lastSeq;
    }
    this.#showMine();
  }

  #end(talk, reason) {
    talk.ended = reason ?? "closed";
    talk.onItsWay.clear();
    if (talk.ended === "erased") {
      talk.messages.clear();
      talk.summary = {};
      talk.reason = "";
      talk.draft = "";
    }
    if (talk === this.#open) {
      const typing = this.#panel.contains(document.activeElement);
      this.#panel.showState();
      // The field under someone's hands has gone.
      if (typing) {
        this.#panel.focusEnded();
      }
    }
    this.#showMine();
  }

  #drop(talk) {
    this.#talks.delete(talk.id);
    if (talk === this.#open) {
      this.#show(null);
      (this.#parts.next.disabled ? this.querySelector("#queue-title") : this.#parts.next).focus();
    }
    this.#showMine();
  }

  #showMine() {
    const focused = document.activeElement?.closest?.(".own")?.dataset.conversation;
    const rows = [...this.#talks.values()].map((talk) => {
      const row = this.#parts["own-row"].content.firstElementChild.cloneNode(true);
      const button = row.querySelector("button");
      button.dataset.conversation = talk.id;
      if (talk === this.#open) {
        button.setAttribute("aria-current", "true");
      }
      row.querySelector(".own__label").textContent = upperFirst(talk.label);
      row.querySelector(".own__state").textContent = talk.ended === null ? "" : "afgelopen";
      const unread = talk === this.#open ? 0 : talk.unread;
      row.querySelector(".own__unread").textContent = unread > 0 ? `${unread} nieuw` : "";
      button.addEventListener("click", () => {
        this.#show(talk);
        this.#panel.focusHeading();
      });
      return row;
    });
    this.#parts.mine.replaceChildren(...rows);
    this.#parts["no-mine"].hidden = rows.length > 0;
    if (focused) {
      this.#parts.mine.querySelector(`[data-conversation="${CSS.escape(focused)}"]`)?.focus();
    }
    const elsewhere = [...this.#talks.values()].filter((talk) => talk !== this.#open && talk.unread > 0).length;
    this.#parts["back-words"].textContent = elsewhere > 0 ? `Terug, ${elsewhere} met nieuws` : "Terug naar de wachtrij";
  }

  #showColleagues() {
    this.#parts.colleagues.replaceChildren(
      ...this.#colleagues.map(({ username, display_name: name, online }) => {
        const row = document.createElement("li");
        row.className = online ? "colleague colleague--present" : "colleague";
        const you = username === this.dataset.operator ? " (jij)" : "";
        row.textContent = `${name}${you}: ${online ? "aanwezig" : "niet aanwezig"}`;
        return row;
      }),
    );
  }

  async #refreshQueue() {
    try {
      this.#onQueue(await readQueue());
    } catch {
      // The socket says it when the connection is gone.
    }
  }

  #sayLine(text) {
    if (this.#parts.line.textContent !== text) {
      this.#parts.line.textContent = text;
      this.#parts.line.classList.toggle("console__line--lost", text !== CONNECTED);
    }
  }

  #notice(text) {
    this.#parts.notice.textContent = text;
  }

  #sayNews(text) {
    this.#parts.news.textContent = text;
  }
}

function peopleWait(count) {
  return count === 1 ? "1 persoon wacht" : `${count} mensen wachten`;
}

customElements.define("operator-console", OperatorConsole);
