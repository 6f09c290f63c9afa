/** What a terminal obeys, or a reader of lines takes for their end; what cannot be seen, or turns a text; half a character. */
const unsafe = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text in one line that cannot steer a terminal: ids, types and errors may come from a sender. */
export function printable(text: string): string {
  return text.replaceAll(unsafe, (one) => one.split("").map(escaped).join(""));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
