/* <queue-list>: who waits. The server decides on the order; danger stands first.
   Rows are kept and changed in place, so that a button under someone's finger or focus stays where it is.

   Event: "take" {id}. */

import { howLong, summaryLines, upperFirst } from "./words.js";

const CLOCK_MS = 10_000;

class QueueList extends HTMLElement {
  #rows = new Map(); // conversation -> li
  #entries = [];

  connectedCallback() {
    setInterval(() => this.#showTimes(), CLOCK_MS);
  }

  /** @param {HTMLTemplateElement} template */
  show(entries, template) {
    const list = this.querySelector("ul");
    this.#entries = entries;
    const ids = new Set(entries.map((entry) => entry.conversation));
    for (const [id, row] of this.#rows) {
      if (!ids.has(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    }
    entries.forEach((entry, index) => {
      const row = this.#rows.get(entry.conversation) ?? this.#makeRow(entry, template);
      this.#fill(row, entry);
      if (list.children[index] !== row) {
        list.insertBefore(row, list.children[index] ?? null);
      }
    });
    this.#showTimes();
  }

  #makeRow(entry, template) {
    const row = template.content.firstElementChild.cloneNode(true);
    const label = row.querySelector(".waiting__label");
    label.id = `wacht-${entry.conversation}`;
    label.textContent = upperFirst(entry.label);
    const button = row.querySelector("button");
    button.setAttribute("aria-describedby", label.id);
    button.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("take", { detail: { id: entry.conversation } }));
    });
    this.#rows.set(entry.conversation, row);
    return row;
  }

  #fill(row, entry) {
    row.classList.toggle("waiting--acute", entry.acute);
    const reason = row.querySelector(".waiting__reason");
    reason.textContent = upperFirst(entry.reason ?? "");
    reason.hidden = !entry.reason;
    row.querySelector(".waiting__summary").textContent = summaryLines(entry.summary)
      .map(([name, value]) => `${name}: ${value}`)
      .join(" · ");
  }

  #showTimes() {
    for (const entry of this.#entries) {
      const time = this.#rows.get(entry.conversation)?.querySelector(".waiting__time");
      const words = howLong(entry.since);
      if (time) {
        time.textContent = words === "net" ? "wacht sinds net" : `wacht ${words}`;
      }
    }
  }
}

customElements.define("queue-list", QueueList);
