/* Makes telephone numbers in a message callable with one tap.
   Someone in danger must not have to remember or copy a number. Nodes are built, HTML is never parsed. */

// 112 and 113 standing alone: not in a sum, a date, 112NL (an app) or 113.nl (a site).
const SHORT = String.raw`11[23](?!\w|[.,]\d|-\d|\.nl)`;
// As the help lines are written: 0800-2000, 0800-266 64 36, 020-261 52 75, 088 0767 000, +31 247 247 247.
// Spelled out instead of "digits and dashes": a number may be followed by "24 uur", and a date is no number.
const LONG = [
  String.raw`0[89]00[ -]?(?:\d{3} ?\d{2} ?\d{2}|\d{4})`,
  String.raw`06[ -]?\d{2} ?\d{2} ?\d{2} ?\d{2}`,
  String.raw`0[1-8]\d[ -]?(?:\d{3} ?\d{2} ?\d{2}|\d{4} ?\d{3})`,
  String.raw`0[1-8]\d{2}[ -]?\d{3} ?\d{3}`,
  String.raw`\+31(?: ?\d{3}){3}`,
].join("|");
// What stands before is matched too: looking behind would be neater, but is a syntax error on an older iPhone,
// and then somebody has no chat at all.
const NUMBER = new RegExp(`(^|[^\\w.,+-])(${SHORT}|(?:${LONG})(?!\\d|-\\d))`, "g");

/**
 * @param {string} text
 * @returns {(string | {shown: string, dial: string})[]} the text in pieces
 */
export function splitPhoneNumbers(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(NUMBER)) {
    const shown = match[2];
    const start = match.index + match[1].length;
    if (start > end) {
      pieces.push(text.slice(end, start));
    }
    pieces.push({ shown, dial: shown.replaceAll(/[ -]/g, "") });
    end = start + shown.length;
  }
  if (end < text.length) {
    pieces.push(text.slice(end));
  }
  return pieces;
}

/**
 * @param {string} text
 * @returns {Node[]} text nodes and tel: links
 */
export function withPhoneLinks(text) {
  return splitPhoneNumbers(text).map((piece) => {
    if (typeof piece === "string") {
      return document.createTextNode(piece);
    }
    const link = document.createElement("a");
    link.href = `tel:${piece.dial}`;
    link.textContent = piece.shown;
    return link;
  });
}
