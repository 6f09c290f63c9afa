/**
 * Where an error was thrown: the first frames of its stack, a line each, as far as they fit into so many characters. An error's
 * message can quote a payload, and is left out; so are the frames of the runtime, and of what called a processor.
 */
export function errorFrames(error: unknown, most: number): string {
  try {
    if (!(error instanceof Error)) return "";
    const { message, stack = "" } = error;
    const behind = stack.indexOf(message);
    const lines = (behind < 0 ? stack : stack.slice(behind + message.length)).split("\n");
    const frames = lines.filter((line) => /^\s+at /.test(line) && !/\b(?:node|ext):/.test(line));
    const caller = frames.findIndex((line) => /\bprocessing\/attempt\.[jt]s\b/.test(line));
    let text = "";
    for (const frame of frames.slice(0, caller < 0 ? 5 : Math.min(caller, 5))) {
      const longer = text === "" ? frame.trim() : `${text}\n${frame.trim()}`;
      if (longer.length > most) break;
      text = longer;
    }
    return text;
  } catch {
    return "";
  }
}
