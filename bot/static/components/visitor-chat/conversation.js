/* One conversation of one visitor with the server.
   It exists only from the first message on: who only reads leaves nothing behind.
   What was typed stays here until the server has echoed it, and is sent again after every loss of the connection. */

import { newClientId } from "../../js/client_id.js";
import { ReconnectingSocket } from "../../js/reconnecting_socket.js";

const API = "/api/v1/conversations";
// An echo comes at once. When it does not, the connection is dead without having said so (a train, a lift).
const ECHO_WITHIN_MS = 8_000;

/** The only place where the token is. Never in an address, never in storage: closing the page forgets it. */
let key = null; // {id, token}

function bearer() {
  return { Authorization: `Bearer ${key.token}`, "Content-Type": "application/json" };
}

/**
 * Events: "message" (the frame), "state" {state, queuePosition}, "typing" {from}, "refused" {code, clientId, text},
 * "connection" {open, failures}, "gone" {code}.
 */
export class Conversation extends EventTarget {
  #socket;
  #lastSeq = 0;
  #outbox = new Map(); // client_id -> frame, in the order of typing
  #onItsWay = new Set(); // sent on this connection, not yet echoed
  #held = new Set(); // refused for now; waits for "send again"
  #round = 0; // counts up at every forget(), so that a late answer of the server finds nobody
  #greeted = false;
  #echoTimer = null;
  #state = null;

  constructor() {
    super();
    this.#socket = new ReconnectingSocket(() => this.#findUrl());
    this.#socket.addEventListener("open", () => {
      this.#greeted = false;
      this.#socket.send({ type: "hello", token: key.token, last_seq: this.#lastSeq });
    });
    this.#socket.addEventListener("frame", (event) => this.#onFrame(event.detail));
    this.#socket.addEventListener("lost", (event) => {
      this.#greeted = false;
      clearTimeout(this.#echoTimer);
      this.#emit("connection", { open: false, failures: event.detail.failures });
    });
  }

  get hasStarted() {
    return key !== null || this.#outbox.size > 0;
  }

  get state() {
    return this.#state;
  }

  /** @returns {string} the client_id */
  sendMessage(text) {
    return this.#post({ type: "message", text });
  }

  /** @returns {string} the client_id */
  sendChoice({ payload, title }) {
    return this.#post({ type: "choice", payload, title });
  }

  sendAgain(clientId) {
    this.#held.delete(clientId);
    this.#flush();
  }

  sayTyping() {
    if (this.#greeted) {
      this.#socket.send({ type: "typing" });
    }
  }

  /** Ends it at the server. Without connection the server closes it by itself after some time. */
  async end() {
    if (key === null) {
      return;
    }
    if (!(this.#greeted && this.#socket.send({ type: "end" }))) {
      await this.#tellEnd("visitor_ended").catch(() => undefined);
    }
  }

  /** @returns {Promise<boolean>} whether the server has really erased it */
  async erase() {
    if (key === null) {
      return true;
    }
    try {
      const answer = await fetch(`${API}/${key.id}`, { method: "DELETE", headers: bearer(), cache: "no-store" });
      return answer.ok || answer.status === 404;
    } catch {
      return false;
    }
  }

  /** For the quick exit: says goodbye without waiting, then knows nothing any more. */
  leave(reason) {
    if (key !== null && this.#state !== "closed") {
      // keepalive: the request outlives the page.
      this.#tellEnd(reason, { keepalive: true }).catch(() => undefined);
    }
    this.forget();
  }

  /** @returns {string[]} what had not reached the server */
  forget() {
    const unsent = [...this.#outbox.values()].map((frame) => frame.text ?? frame.title);
    clearTimeout(this.#echoTimer);
    this.#socket.stop();
    this.#round += 1;
    this.#outbox.clear();
    this.#onItsWay.clear();
    this.#held.clear();
    this.#lastSeq = 0;
    this.#state = null;
    this.#greeted = false;
    key = null;
    return unsent;
  }

  #tellEnd(reason, options = {}) {
    const body = JSON.stringify({ reason });
    return fetch(`${API}/${key.id}/end`, { method: "POST", headers: bearer(), body, ...options });
  }

  #post(frame) {
    const clientId = newClientId();
    this.#outbox.set(clientId, { ...frame, client_id: clientId });
    this.#socket.start();
    this.#flush();
    return clientId;
  }

  #flush() {
    if (!this.#greeted) {
      return;
    }
    for (const [clientId, frame] of this.#outbox) {
      if (!this.#held.has(clientId) && !this.#onItsWay.has(clientId) && this.#socket.send(frame)) {
        this.#onItsWay.add(clientId);
      }
    }
    this.#expectEcho();
  }

  #expectEcho() {
    clearTimeout(this.#echoTimer);
    if (this.#onItsWay.size > 0) {
      this.#echoTimer = setTimeout(() => this.#socket.cut(), ECHO_WITHIN_MS);
    }
  }

  async #findUrl() {
    if (key === null) {
      const round = this.#round;
      const answer = await fetch(API, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
        cache: "no-store",
      });
      if (!answer.ok) {
        throw new Error(`status ${answer.status}`);
      }
      const made = await answer.json();
      if (round !== this.#round) {
        return null; // they left in the meantime; an empty conversation closes by itself
      }
      key = { id: made.id, token: made.token };
      this.#lastSeq = made.last_seq ?? 0;
    }
    return `${API}/${key.id}/ws`;
  }

  #onFrame(frame) {
    if (frame.type === "welcome") {
      this.#greeted = true;
      this.#socket.settled();
      this.#emit("connection", { open: true, failures: 0 });
      this.#onItsWay.clear();
      this.#onState(frame);
      this.#flush();
    } else if (frame.type === "message") {
      this.#onMessage(frame);
    } else if (frame.type === "state") {
      this.#onState(frame);
    } else if (frame.type === "typing") {
      this.#emit("typing", { from: frame.from });
    } else if (frame.type === "error") {
      this.#onError(frame);
    }
  }

  #onMessage(frame) {
    const isEcho = this.#outbox.delete(frame.client_id);
    if (isEcho) {
      this.#onItsWay.delete(frame.client_id);
      this.#expectEcho();
    }
    // An echo of something sent twice may be of earlier.
    if (frame.seq <= this.#lastSeq && !isEcho) {
      return;
    }
    this.#lastSeq = Math.max(this.#lastSeq, frame.seq);
    this.#emit("message", frame);
  }

  #onState(frame) {
    this.#state = frame.state;
    if (frame.state === "closed") {
      clearTimeout(this.#echoTimer);
    }
    this.#emit("state", { state: frame.state, queuePosition: frame.queue_position ?? null });
  }

  #onError(frame) {
    if (frame.code === "conversation_not_found" || frame.code === "conversation_closed") {
      this.#emit("gone", { code: frame.code });
      return;
    }
    const refused = this.#outbox.get(frame.client_id);
    if (!refused) {
      // About the connection, not about words: it closes and comes back by itself.
      this.#emit("refused", { code: frame.code, clientId: null, text: null, mayRepeat: false });
      return;
    }
    const mayRepeat = frame.code === "too_many_messages" || frame.code === "internal_error";
    this.#onItsWay.delete(frame.client_id);
    if (mayRepeat) {
      this.#held.add(frame.client_id);
    } else {
      this.#outbox.delete(frame.client_id);
    }
    this.#expectEcho();
    this.#emit("refused", { code: frame.code, clientId: frame.client_id, text: refused.text ?? null, mayRepeat });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
