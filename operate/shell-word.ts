/**
 * A word of a command that is printed or copied to be pasted: the text may be a sender's. A character that is not seen stands as its
 * bytes (`$'\033'`, of Bash, Zsh and POSIX 2024): a terminal would obey it, or end the paste and run what follows.
 */
export function shellWord(text: string): string {
  if (/^[\w./:=@%+,-]+$/.test(text)) return text;
  if (!/[\p{C}\u2028\u2029]/u.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replaceAll(/[\p{C}\u2028\u2029'\\]/gu, bytesOf);
  return `$'${escaped}'`;
}

function bytesOf(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
