/* The lists beside a conversation: the own conversations with what is new in them, and who of the colleagues is there.
   Drawn anew at every change, because they are short and the change is the news; only the focus must not get lost. */

import { upperFirst } from "./words.js";

/**
 * @param {HTMLElement} list
 * @param {HTMLTemplateElement} template of a row
 * @param {{talks: Talk[], open: Talk | null, onPick: (talk: Talk) => void}} shown
 */
export function showOwn(list, template, { talks, open, onPick }) {
  const focused = document.activeElement?.closest?.(".own")?.dataset.conversation;
  const rows = talks.map((talk) => {
    const row = template.content.firstElementChild.cloneNode(true);
    const button = row.querySelector("button");
    button.dataset.conversation = talk.id;
    if (talk === open) {
      button.setAttribute("aria-current", "true");
    }
    row.querySelector(".own__label").textContent = upperFirst(talk.label);
    row.querySelector(".own__state").textContent = talk.ended === null ? "" : "afgelopen";
    const unread = talk === open ? 0 : talk.unread;
    row.querySelector(".own__unread").textContent = unread > 0 ? `${unread} nieuw` : "";
    button.addEventListener("click", () => onPick(talk));
    return row;
  });
  list.replaceChildren(...rows);
  if (focused) {
    list.querySelector(`[data-conversation="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** @param {string} you the username of the operator of this page */
export function showColleagues(list, operators, you) {
  list.replaceChildren(
    ...operators.map(({ username, display_name: name, online }) => {
      const row = document.createElement("li");
      row.className = online ? "colleague colleague--present" : "colleague";
      row.textContent = `${name}${username === you ? " (jij)" : ""}: ${online ? "aanwezig" : "niet aanwezig"}`;
      return row;
    }),
  );
}
