/* How the console says times, numbers, summaries and ends. */

const MINUTE_MS = 60_000;

/** "net", "4 min", "1 u 5 min": short enough to compare at a glance. */
export function howLong(since, now = Date.now()) {
  const minutes = Math.floor(Math.max(0, now - Date.parse(since)) / MINUTE_MS);
  if (minutes < 1) {
    return "net";
  }
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} u ${minutes % 60} min`;
}

const NAMES = { rol: "Rol", thema: "Gaat over", gevaar: "Nu gevaar", leeftijdsgroep: "Leeftijd" };

/** @returns {[string, string][]} the lines of a summary in words, without what is not known */
export function summaryLines(summary) {
  return Object.entries(summary ?? {})
    .filter(([, value]) => value !== null && value !== "" && value !== "onbekend")
    .map(([name, value]) => [NAMES[name] ?? inWords(name), inWords(value)]);
}

function inWords(value) {
  if (value === true || value === "true") {
    return "ja";
  }
  if (value === false || value === "false") {
    return "nee";
  }
  return String(value).replaceAll("_", " ");
}

export function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function peopleWait(count) {
  return count === 1 ? "1 persoon wacht" : `${count} mensen wachten`;
}

const ENDS = {
  visitor_ended: ["De bezoeker is gestopt", "De bezoeker heeft het gesprek beëindigd of de pagina gesloten."],
  quick_exit: [
    "De bezoeker is snel weggegaan",
    "De bezoeker gebruikte ‘Verlaat deze site’. Misschien kwam er iemand binnen. Je kunt niets meer sturen.",
  ],
  closed_by_operator: ["Gesprek gesloten", "Je hebt het gesprek gesloten."],
  released: ["Terug bij de chatbot", "De bezoeker praat weer met de chatbot."],
  transferred: ["Overgedragen", "Een collega heeft het gesprek nu."],
  erased: ["De bezoeker heeft alles gewist", "Het gesprek is weg, ook van jouw scherm. Je kunt niets meer sturen."],
};
const ENDED_OTHERWISE = ["Gesprek gesloten", "Je kunt niets meer sturen."];

/** @returns {[string, string]} a heading and a sentence on why a conversation is over for an operator */
export function endInWords(reason) {
  return ENDS[reason] ?? ENDED_OTHERWISE;
}
