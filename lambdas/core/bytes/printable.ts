/** What a terminal obeys, or a reader of lines takes for their end; and what turns the direction of a text. */
const unsafe = /(?!\t)\p{Cc}|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text in one line that cannot steer a terminal: ids, types and errors may come from a sender. */
export function printable(text: string): string {
  return text.replaceAll(unsafe, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
