/* <operator-console>: the operator's page. Wires the live line and the own conversations to what is seen and pressed.
   Made for the end of a night shift: one thing asks for attention at a time, and nothing typed gets lost. */

import "./conversation-panel.js";
import "./queue-list.js";
import { newClientId } from "../../js/client_id.js";
import { errorText } from "../../js/error_texts.js";
import { ApiError, claim, logOut } from "./console_api.js";
import { askToClose, askToGiveBack, askToTransfer } from "./handing_on.js";
import { LiveLine } from "./live_line.js";
import { OwnConversations } from "./own_conversations.js";
import { showColleagues, showOwn } from "./side_lists.js";
import { peopleWait, upperFirst } from "./words.js";

const CONNECTED = "Verbonden";
const LOST = "Geen verbinding. Wat je typt blijft staan. We proberen het opnieuw.";

class OperatorConsole extends HTMLElement {
  #parts = {};
  #panel = null;
  #own = new OwnConversations();
  #line = new LiveLine(this.#own);
  #open = null;
  #waiting = [];
  #colleagues = [];

  connectedCallback() {
    for (const part of this.querySelectorAll("[data-part]")) {
      // The parts of a conversation belong to its panel.
      if (!part.closest("conversation-panel")) {
        this.#parts[part.dataset.part] = part;
      }
    }
    this.#panel = this.querySelector("conversation-panel");
    this.#listenToOperator();
    this.#listenToServer();
    this.#line.start();
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
    this.#panel.addEventListener("typing", () => this.#line.sayTyping(this.#open));
    this.#panel.addEventListener("done", () => this.#drop(this.#open));
    this.#panel.addEventListener("release", () => {
      void this.#handOn((talk) => askToGiveBack(talk, this.#parts["release-dialog"]));
    });
    this.#panel.addEventListener("close", () => {
      void this.#handOn((talk) => askToClose(talk, this.#parts["close-dialog"]));
    });
    this.#panel.addEventListener("transfer", () => {
      void this.#handOn((talk) => askToTransfer(talk, this.#parts["transfer-dialog"], this.#presentColleagues()));
    });
  }

  #listenToServer() {
    this.#line.addEventListener("connected", () => this.#sayLine(CONNECTED));
    this.#line.addEventListener("lost", () => this.#sayLine(LOST));
    this.#line.addEventListener("logged-out", () => this.#onLoggedOut());
    this.#line.addEventListener("queue", (event) => this.#onQueue(event.detail));
    this.#line.addEventListener("error", (event) => this.#onError(event.detail));
    this.#line.addEventListener("typing", ({ detail }) => {
      if (detail.conversation === this.#open?.id && detail.from === "visitor") {
        this.#panel.showTyping();
      }
    });
    this.#own.addEventListener("said", (event) => this.#onSaid(event.detail));
    this.#own.addEventListener("ended", (event) => this.#onEnded(event.detail.talk));
    this.#own.addEventListener("loaded", () => this.#showMine());
    this.#own.addEventListener("unreachable", () => this.#sayLine(LOST));
  }

  // What the operator does

  async #take(id) {
    this.#notice("");
    try {
      this.#showTaken(await claim(id));
    } catch (problem) {
      this.#onProblem(problem);
      await this.#line.refreshQueue();
      // The row is gone, and the focus with it.
      this.querySelector("#queue-title").focus();
    }
  }

  /** The first in the queue; when a colleague was just earlier, the next. */
  async #takeNext() {
    this.#notice("");
    for (const { conversation } of [...this.#waiting]) {
      try {
        this.#showTaken(await claim(conversation));
        return;
      } catch (problem) {
        if (problem.code !== "already_claimed") {
          this.#onProblem(problem);
          return;
        }
      }
    }
    this.#notice("Een collega was net eerder. Er wacht nu niemand.");
    await this.#line.refreshQueue();
  }

  #showTaken(body) {
    this.#show(this.#own.adopt(body, { read: true }));
    this.#panel.focusHeading();
  }

  #say(text) {
    const talk = this.#open;
    const clientId = newClientId();
    talk.pending.set(clientId, text);
    talk.readAll();
    this.#panel.addPending(clientId, text);
    this.#line.flush();
  }

  /** Gives a conversation out of hand and tells so. */
  async #handOn(askFirst) {
    const talk = this.#open;
    const decision = await askFirst(talk);
    if (decision === null) {
      return;
    }
    this.#notice("");
    try {
      await decision.act();
      this.#drop(talk);
      this.#sayNews(decision.done);
    } catch (problem) {
      this.#onProblem(problem);
    }
  }

  #presentColleagues() {
    return this.#colleagues.filter(({ username, online }) => online && username !== this.dataset.operator);
  }

  async #logOut() {
    await logOut().catch(() => undefined);
    location.replace("/console/");
  }

  // What the server says

  #onQueue({ waiting, mine, operators }) {
    const before = this.#waiting.length;
    this.#waiting = waiting;
    this.#colleagues = operators;
    this.#showWaiting();
    if (waiting.length > before) {
      this.#sayNews(`${waiting.some(({ acute }) => acute) ? "Acuut gevaar. " : ""}${peopleWait(waiting.length)}.`);
    }
    showColleagues(this.#parts.colleagues, operators, this.dataset.operator);
    this.#own.loadUnknown(mine.map(({ conversation }) => conversation));
    this.#showMine();
  }

  #onSaid({ talk, message }) {
    if (talk === this.#open) {
      this.#panel.addMessage(message);
      if (document.visibilityState === "visible") {
        talk.readAll();
      }
    }
    this.#showMine();
  }

  #onEnded(talk) {
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

  #onError({ code, conversation, client_id: clientId }) {
    if (code === "login_required") {
      this.#onLoggedOut();
      return;
    }
    const talk = this.#own.get(conversation);
    const text = talk?.withdraw(clientId);
    if (text === undefined) {
      this.#notice(errorText(code));
      return;
    }
    this.#line.expectEcho();
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
    this.#line.stop();
    this.#sayLine("Uitgelogd");
    const link = document.createElement("a");
    link.href = "/console/";
    link.textContent = "Log opnieuw in";
    this.#parts.notice.replaceChildren("Je bent uitgelogd. ", link, ".");
  }

  // What is seen

  #show(talk) {
    this.#open = talk;
    // First: on a narrow screen the panel is laid out only then, and can't scroll to its end before.
    this.toggleAttribute("data-open", talk !== null);
    this.#panel.show(talk);
    this.#parts.nothing.hidden = talk !== null;
    talk?.readAll();
    this.#showMine();
  }

  #drop(talk) {
    this.#own.drop(talk);
    if (talk === this.#open) {
      this.#show(null);
      (this.#parts.next.disabled ? this.querySelector("#queue-title") : this.#parts.next).focus();
    }
    this.#showMine();
  }

  #showWaiting() {
    const count = this.#waiting.length;
    this.querySelector("queue-list").show(this.#waiting, this.#parts["waiting-row"]);
    this.#parts.count.textContent = count > 0 ? String(count) : "";
    this.#parts["no-queue"].hidden = count > 0;
    this.#parts.next.disabled = count === 0;
    this.#parts["nothing-words"].textContent =
      count > 0
        ? `${peopleWait(count)}. Neem de volgende uit de wachtrij.`
        : "Er wacht niemand. Nieuwe mensen verschijnen vanzelf in de wachtrij.";
    document.title = count > 0 ? `(${count}) Console - Eerste Stap` : "Console - Eerste Stap";
  }

  #showMine() {
    const talks = this.#own.all;
    showOwn(this.#parts.mine, this.#parts["own-row"], {
      talks,
      open: this.#open,
      onPick: (talk) => {
        this.#show(talk);
        this.#panel.focusHeading();
      },
    });
    this.#parts["no-mine"].hidden = talks.length > 0;
    const elsewhere = talks.filter((talk) => talk !== this.#open && talk.unread > 0).length;
    this.#parts["back-words"].textContent = elsewhere > 0 ? `Terug, ${elsewhere} met nieuws` : "Terug naar de wachtrij";
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

customElements.define("operator-console", OperatorConsole);
