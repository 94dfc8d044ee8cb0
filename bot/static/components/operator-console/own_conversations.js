/* The operator's own conversations, as this page knows them: what was said, what is on its way, why one is over.
   Apart from the page, so that what is known is decided in one place, whether it came by the live line, was read
   after a gap, or is the answer to a claim. Shows nothing; who shows listens. */

import { ApiError, readConversation } from "./console_api.js";

export class Talk {
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

  readAll() {
    this.readSeq = this.lastSeq;
  }

  /** Where an answer of an operator stands, everything before has been seen. */
  readToLastAnswer() {
    const answers = [...this.messages.values()].filter(({ from }) => from === "operator").map(({ seq }) => seq);
    this.readSeq = Math.max(0, ...answers);
  }

  /** @returns {string | undefined} the text that the server refused; undefined when nothing of that id is under way */
  withdraw(clientId) {
    const text = this.pending.get(clientId);
    this.pending.delete(clientId);
    this.onItsWay.delete(clientId);
    return text;
  }

  end(reason) {
    this.ended = reason;
    this.onItsWay.clear();
    if (reason === "erased") {
      this.#forget();
    }
  }

  /** The visitor's wish to leave nothing behind holds for this page's memory too, also for what answers may quote. */
  #forget() {
    this.messages.clear();
    this.pending.clear();
    this.summary = {};
    this.reason = "";
    this.draft = "";
  }
}

/**
 * Events: "said" {talk, message, isEcho}; "ended" {talk}; "loaded", when one was read that this page did not know;
 * "unreachable", when that did not work.
 */
export class OwnConversations extends EventTarget {
  #talks = new Map(); // conversation -> Talk
  #loading = new Map(); // conversation -> messages that came while it was being read

  get(id) {
    return this.#talks.get(id);
  }

  get all() {
    return [...this.#talks.values()];
  }

  drop(talk) {
    this.#talks.delete(talk.id);
  }

  /** @param {{read: boolean}} how whether the operator has everything before their eyes */
  adopt(body, { read }) {
    const known = this.#talks.get(body.conversation);
    // Given back and taken again: begin anew, the server's view is the whole.
    const isNew = !known || known.ended !== null;
    const talk = isNew ? new Talk(body) : known;
    talk.take(body);
    this.#talks.set(talk.id, talk);
    if (read) {
      talk.readAll();
    } else if (isNew) {
      // The claim's own answer and the queue's news come in any order; the later must not unread what was read.
      talk.readToLastAnswer();
    }
    return talk;
  }

  /** Those that this page does not know yet: after a reload, or passed on by a colleague. */
  loadUnknown(ids) {
    for (const id of ids) {
      if (!this.#talks.has(id) && !this.#loading.has(id)) {
        void this.#load(id);
      }
    }
  }

  async #load(id) {
    this.#loading.set(id, []);
    try {
      const body = await readConversation(id);
      if (!this.#loading.has(id)) {
        return; // erased since
      }
      this.adopt({ ...body, messages: [...body.messages, ...this.#loading.get(id)] }, { read: false });
      this.#tell("loaded");
    } catch (problem) {
      // Gone again in the meantime is no news; anything else is tried again with the next queue.
      if (!(problem instanceof ApiError)) {
        this.#tell("unreachable");
      }
    } finally {
      this.#loading.delete(id);
    }
  }

  /** After every new connection: what was said, and what ended, while this page could not hear it. */
  async catchUp() {
    for (const talk of this.all.filter(({ ended }) => ended === null)) {
      try {
        const body = await readConversation(talk.id);
        for (const message of body.messages) {
          this.hear({ ...message, conversation: talk.id });
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

  hear(message) {
    const talk = this.#talks.get(message.conversation);
    if (!talk) {
      // Not known yet: the queue names it, then it is read as a whole.
      this.#loading.get(message.conversation)?.push(message);
      return;
    }
    if (talk.ended === "erased") {
      return; // read just before it was erased
    }
    const isEcho = talk.pending.delete(message.client_id);
    talk.onItsWay.delete(message.client_id);
    if (talk.messages.has(message.seq) && !isEcho) {
      return;
    }
    talk.messages.set(message.seq, message);
    this.#tell("said", { talk, message, isEcho });
  }

  async hearState({ conversation, state, reason }) {
    const talk = this.#talks.get(conversation);
    if (!talk && reason === "erased") {
      this.#loading.delete(conversation);
    }
    if (!talk || state === "with_operator") {
      return;
    }
    let why = reason;
    if (why === "visitor_ended") {
      // Erased right after? Then this is all that is heard of it, and it may not be read here any longer either.
      why = await readConversation(talk.id).then(
        () => reason,
        (problem) => (problem instanceof ApiError && problem.status === 404 ? "erased" : reason),
      );
    }
    this.#end(talk, why);
  }

  #end(talk, reason) {
    // What is erased stays so, whichever news comes last.
    if (talk.ended !== "erased") {
      talk.end(reason ?? "closed");
      this.#tell("ended", { talk });
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
