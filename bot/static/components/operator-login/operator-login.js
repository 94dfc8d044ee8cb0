/* <operator-login>: the log-in form of the console. */

import { errorText } from "../../js/error_texts.js";
import { ApiError, logIn } from "../operator-console/console_api.js";

class OperatorLogin extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#logIn(form);
    });
  }

  async #logIn(form) {
    const error = this.querySelector("[data-part=error]");
    const button = form.querySelector("button");
    error.textContent = "";
    button.disabled = true;
    try {
      await logIn(form.elements.username.value.trim(), form.elements.password.value);
      location.replace("/console/");
    } catch (problem) {
      button.disabled = false;
      error.textContent =
        problem instanceof ApiError ? errorText(problem.code) : "Geen verbinding met de server. Probeer het zo opnieuw.";
      form.elements.password.value = "";
      form.elements.password.focus();
    }
  }
}

customElements.define("operator-login", OperatorLogin);
