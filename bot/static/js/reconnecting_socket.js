/* A WebSocket that keeps trying. Knows nothing of conversations: it opens, hands on frames, and opens again.
   What has to be said first on a new connection is up to the owner, who listens to "open". */

import { backoffMs } from "./backoff.js";

/**
 * Events: "open"; "frame" (detail: the frame); "lost" (detail: {failures}), each time a connection or an attempt ends.
 */
export class ReconnectingSocket extends EventTarget {
  #findUrl;
  #socket = null;
  #timer = null;
  #failures = 0;
  #wanted = false;
  #opening = false;

  /** @param {() => Promise<string | null>} findUrl path of the socket; null: not now; a throw counts as a failure */
  constructor(findUrl) {
    super();
    this.#findUrl = findUrl;
    // A phone that wakes up or finds its network again should not sit out the rest of a long wait.
    this.tryNow = () => {
      if (this.#wanted && this.#timer !== null) {
        this.#clearTimer();
        void this.#connect();
      }
    };
    this.cut = () => this.#socket?.close();
    window.addEventListener("online", this.tryNow);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") {
        this.tryNow();
      }
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start() {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#failures = 0;
      void this.#connect();
    }
  }

  stop() {
    this.#wanted = false;
    this.#clearTimer();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** The server has answered as it should: only now does the next failure start from the shortest wait again. */
  settled() {
    this.#failures = 0;
  }

  /** @returns {boolean} whether it was handed to an open connection (not whether it arrived) */
  send(frame) {
    if (!this.isOpen) {
      return false;
    }
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #clearTimer() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #connect() {
    if (this.#opening || this.#socket) {
      return;
    }
    this.#opening = true;
    let path = null;
    try {
      path = await this.#findUrl();
    } catch {
      this.#opening = false;
      this.#lost();
      return;
    }
    this.#opening = false;
    if (!this.#wanted || path === null) {
      return;
    }
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${path}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      if (socket === this.#socket) {
        this.dispatchEvent(new CustomEvent("open"));
      }
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) {
        this.dispatchEvent(new CustomEvent("frame", { detail: JSON.parse(event.data) }));
      }
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) {
        this.#socket = null;
        this.#lost();
      }
    });
  }

  #lost() {
    if (!this.#wanted) {
      return;
    }
    const wait = backoffMs(this.#failures);
    this.#failures += 1;
    this.dispatchEvent(new CustomEvent("lost", { detail: { failures: this.#failures } }));
    // A listener may have stopped it.
    if (this.#wanted) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#connect();
      }, wait);
    }
  }
}
