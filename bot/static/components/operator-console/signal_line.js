/* Why the chatbot saw danger in a message, as a line beside its answer: what, by what, which words, how sure.
   The operator decides what it is worth; a visitor never gets to see it. */

const LEVELS = { acute: "acuut gevaar", suicidal: "gedachten aan zelfdoding" };
const WITNESSES = { rule: "woordenlijst", classifier: "herkenning" };
const SCORE = new Intl.NumberFormat("nl-NL", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** @param {{level: string, by: string[], words: string[], score: number}} safety */
export function signalLine({ level, by, words, score }) {
  const line = document.createElement("p");
  line.className = `signal-line signal-line--${level}`;
  const seen = document.createElement("strong");
  seen.textContent = `Signaal: ${LEVELS[level] ?? level}`;
  line.append(seen);
  if (by.length > 0) {
    line.append(`, door: ${by.map((name) => WITNESSES[name] ?? name).join(" en ")}`);
  }
  line.append(". ");
  if (words.length > 0) {
    line.append("Woorden: ", ...quoted(words), ". ");
  }
  const exactly = document.createElement("small");
  exactly.textContent = `(${SCORE.format(score)})`;
  line.append(`Zekerheid van de herkenning: ${sureness(score)} `, exactly);
  return line;
}

/** The score is a calibrated probability, of the recognition alone: a word list is never in doubt. */
function sureness(score) {
  if (score < 0.5) {
    return "laag";
  }
  return score < 0.8 ? "redelijk" : "hoog";
}

/** Words of a stranger, in whatever script: as text, and each in its own direction. */
function quoted(words) {
  return words.flatMap((word, place) => {
    const own = document.createElement("bdi");
    own.textContent = word;
    return [place > 0 ? ", ‘" : "‘", own, "’"];
  });
}
