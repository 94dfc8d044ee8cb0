/* What a person reads when the server refuses something. The codes are those of the protocol. */

const TRY_AGAIN = "Er ging iets mis. Probeer het nog een keer.";

export const ERROR_TEXTS = Object.freeze({
  empty_message: "Typ eerst een bericht.",
  message_too_long: "Je bericht is te lang. Gebruik niet meer dan 2.000 tekens.",
  control_characters: "In je bericht staan tekens die we niet kunnen lezen. Typ het bericht opnieuw.",
  too_many_messages: "Je stuurt veel berichten achter elkaar. Wacht even en probeer het dan opnieuw.",
  conversation_not_found: "Dit gesprek is er niet meer.",
  conversation_closed: "Dit gesprek is gesloten.",
  invalid_json: TRY_AGAIN,
  invalid_frame: TRY_AGAIN,
  unknown_frame: TRY_AGAIN,
  binary_not_allowed: TRY_AGAIN,
  internal_error: TRY_AGAIN,
  hello_expected: TRY_AGAIN,
  hello_timeout: "De verbinding was te traag. We proberen het opnieuw.",
  too_slow: "De verbinding was te traag. We proberen het opnieuw.",
  not_now: "Dat kan nu niet. Het gesprek is intussen veranderd.",
  already_claimed: "Een collega was net eerder.",
  operator_not_available: "Die collega is er nu niet.",
  login_failed: "De naam of het wachtwoord klopt niet.",
  login_required: "Je bent uitgelogd. Log opnieuw in.",
  too_many_attempts: "Te veel pogingen. Wacht een paar minuten en probeer het dan opnieuw.",
});

/** @param {string} code */
export function errorText(code) {
  return ERROR_TEXTS[code] ?? TRY_AGAIN;
}
