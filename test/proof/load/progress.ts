import process from "node:process";

const quietMilliseconds = 15_000;

/** A bar of a done part, from 0 to 1, and what to say of it. */
export function bar(part: number, text: string): string {
  const width = 24;
  const full = Math.round(width * Math.min(Math.max(part, 0), 1));
  return `[${"#".repeat(full)}${".".repeat(width - full)}] ${String(Math.round(100 * part)).padStart(3)} %  ${text}`;
}

/** Says how far it is: on a terminal in one line that changes, else in a line every 15 s. */
export function progressTo(stream: NodeJS.WriteStream = process.stderr): (text: string) => void {
  let said = 0;
  return (text) => {
    if (stream.isTTY) {
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
      return;
    }
    const now = Date.now();
    if (now - said < quietMilliseconds) return;
    said = now;
    stream.write(`${text}\n`);
  };
}
