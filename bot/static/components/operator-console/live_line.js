/* The console's live line: the socket with what must happen around it, so that nothing is missed and nothing is lost.
   The order is the idea: the queue is read first (it also tells whether somebody is still logged in), then the socket
   opens, then what was missed is read, and only then is sent what was typed meanwhile. */

import { ReconnectingSocket } from "../../js/reconnecting_socket.js";
import { ApiError, readQueue, SOCKET_PATH } from "./console_api.js";

// An echo comes at once. When it does not, the connection is dead without having said so.
const ECHO_WITHIN_MS = 8_000;

/**
 * Events: "connected"; "lost"; "logged-out"; and with the server's own words as detail "queue", "typing", "error".
 * Messages and states go to the own conversations, which tell of them.
 */
export class LiveLine extends EventTarget {
  #own;
  #socket;
  #inStep = false; // false until this connection has told everything once
  #echoTimer = null;

  /** @param {import("./own_conversations.js").OwnConversations} own */
  constructor(own) {
    super();
    this.#own = own;
    own.addEventListener("said", ({ detail }) => {
      if (detail.isEcho) {
        this.expectEcho();
      }
    });
    this.#socket = new ReconnectingSocket(() => this.#findSocket());
    this.#socket.addEventListener("frame", (event) => void this.#onFrame(event.detail));
    this.#socket.addEventListener("lost", () => {
      this.#inStep = false;
      clearTimeout(this.#echoTimer);
      this.#tell("lost");
    });
  }

  start() {
    this.#socket.start();
  }

  stop() {
    this.#socket.stop();
  }

  async refreshQueue() {
    try {
      this.#tell("queue", await readQueue());
    } catch {
      // The socket says it when the connection is gone.
    }
  }

  sayTyping(talk) {
    this.#socket.send({ type: "typing", conversation: talk.id });
  }

  /** Sends what was typed and is not under way yet. What can't go now goes with the next connection. */
  flush() {
    if (!this.#inStep) {
      return;
    }
    for (const talk of this.#own.all) {
      for (const [clientId, text] of talk.pending) {
        const frame = { type: "message", conversation: talk.id, text, client_id: clientId };
        if (!talk.onItsWay.has(clientId) && this.#socket.send(frame)) {
          talk.onItsWay.add(clientId);
        }
      }
    }
    this.expectEcho();
  }

  /** To call when something that was under way has arrived or was refused. */
  expectEcho() {
    clearTimeout(this.#echoTimer);
    if (this.#own.all.some(({ onItsWay }) => onItsWay.size > 0)) {
      this.#echoTimer = setTimeout(() => this.#socket.cut(), ECHO_WITHIN_MS);
    }
  }

  async #findSocket() {
    try {
      this.#tell("queue", await readQueue());
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) {
        this.#tell("logged-out");
        return null;
      }
      throw problem;
    }
    return SOCKET_PATH;
  }

  async #onFrame(frame) {
    if (frame.type === "welcome") {
      this.#socket.settled();
      this.#tell("connected");
      for (const talk of this.#own.all) {
        talk.onItsWay.clear();
      }
    } else if (frame.type === "queue") {
      this.#tell("queue", frame);
      if (!this.#inStep) {
        this.#inStep = true;
        await this.#own.catchUp();
        this.flush();
      }
    } else if (frame.type === "message") {
      this.#own.hear(frame);
    } else if (frame.type === "state") {
      await this.#own.hearState(frame);
    } else if (frame.type === "typing" || frame.type === "error") {
      this.#tell(frame.type, frame);
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
