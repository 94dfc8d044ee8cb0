/* The three ways in which a conversation leaves an operator's hands: back to the chatbot, to a colleague, or closed.
   None can be taken back from here, and the visitor is told of each. So each asks first, and says what will happen. */

import { ask } from "../../js/dialog.js";
import { close, release, transfer } from "./console_api.js";
import { upperFirst } from "./words.js";

/**
 * What each returns: what to do when the operator agreed, and what to say when it is done; null when not.
 * @typedef {{act: () => Promise<unknown>, done: string} | null} Decision
 */

/** @returns {Promise<Decision>} */
export async function askToGiveBack(talk, dialog) {
  if ((await ask(dialog)) !== "yes") {
    return null;
  }
  return { act: () => release(talk.id), done: `${upperFirst(talk.label)} praat weer met de chatbot.` };
}

/** @returns {Promise<Decision>} */
export async function askToClose(talk, dialog) {
  if ((await ask(dialog)) !== "yes") {
    return null;
  }
  return { act: () => close(talk.id), done: `Het gesprek met ${talk.label} is gesloten.` };
}

/**
 * @param {{username: string, display_name: string}[]} present the colleagues who can take it
 * @returns {Promise<Decision>}
 */
export async function askToTransfer(talk, dialog, present) {
  dialog.querySelector("[data-part=transfer-words]").textContent =
    present.length > 0 ? "De bezoeker leest dat een collega het gesprek overneemt." : "Er is nu geen collega aanwezig.";
  dialog.querySelector("[data-part=transfer-buttons]").replaceChildren(...present.map(buttonFor));
  const to = await ask(dialog);
  if (!to) {
    return null;
  }
  const name = present.find(({ username }) => username === to)?.display_name ?? to;
  return { act: () => transfer(talk.id, to), done: `${name} heeft ${talk.label} nu.` };
}

function buttonFor({ username, display_name: name }) {
  const button = document.createElement("button");
  button.className = "button";
  button.value = username;
  button.textContent = name;
  return button;
}
