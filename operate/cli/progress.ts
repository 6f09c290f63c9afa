/** The part of a terminal that a progress is written to. */
type Terminal = { readonly isTTY?: boolean; write(text: string): unknown };

/** Counts up in one line of a terminal, ten times a second at most; writes nothing elsewhere. */
export function createProgress(
  terminal: Terminal,
  total: number,
  now: () => number = () => performance.now(),
): { step(): void; end(): void } {
  const isShown = terminal.isTTY === true && total > 1;
  let done = 0;
  let shown = Number.NEGATIVE_INFINITY;
  return {
    step() {
      done += 1;
      if (!isShown || (now() - shown < 100 && done < total)) return;
      shown = now();
      terminal.write(`\r${done} of ${total} sent`);
    },
    /** Erases it. */
    end() {
      if (isShown && done > 0) terminal.write("\r\u001b[K");
    },
  };
}

/** Shows a text in one line of a terminal, ten times a second at most, in place of the one before; writes nothing elsewhere. */
export function createTextProgress(
  terminal: Terminal,
  now: () => number = () => performance.now(),
): { tell(text: string): void; end(): void } {
  let shown = now();
  let isShown = false;
  return {
    tell(text) {
      // A moment needs no progress.
      if (terminal.isTTY !== true || now() - shown < 100) return;
      shown = now();
      isShown = true;
      terminal.write(`\r\u001b[K${text}`);
    },
    /** Erases it. */
    end() {
      if (isShown) terminal.write("\r\u001b[K");
      isShown = false;
    },
  };
}
