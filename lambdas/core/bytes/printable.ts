/** Control characters of terminals, line ends, invisible characters, changes of direction, and half characters. */
const unsafe = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text in one line without control characters: ids, types and errors may come from a sender. */
export function printable(text: string): string {
  return text.replaceAll(unsafe, (one) => one.split("").map(escaped).join(""));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
