/* Asks one question in a <dialog> of the page. Buttons inside carry the answer as their value. */

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement[]} [behind] what can't be used meanwhile. Without it: the whole page.
 *   A visitor's dialog names it, because nothing may ever lie over the way out.
 * @returns {Promise<string>} the value of the button that was chosen, or "" when it was dismissed
 */
export function ask(dialog, behind = null) {
  const focused = document.activeElement;
  return new Promise((resolve) => {
    function onKey(event) {
      if (event.key === "Escape") {
        dialog.close("");
      }
    }
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        document.removeEventListener("keydown", onKey);
        for (const element of behind ?? []) {
          element.inert = false;
        }
        if (behind && focused?.isConnected) {
          focused.focus();
        }
        resolve(dialog.returnValue);
      },
      { once: true },
    );
    if (behind === null) {
      dialog.showModal();
      return;
    }
    document.addEventListener("keydown", onKey);
    for (const element of behind) {
      element.inert = true;
    }
    dialog.show();
  });
}
