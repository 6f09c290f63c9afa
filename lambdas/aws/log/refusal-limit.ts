import { defined } from "../../core/bytes/defined.ts";
import type { Log, LogEntry } from "../../core/log.ts";

/** A refusal, or the answer of a source that nobody has set up: anybody who posts causes one. */
type OfAnybody = LogEntry & { readonly step: "verify"; readonly kind: "refused" | "unavailable" };

function isOfAnybody(entry: LogEntry): entry is OfAnybody {
  if (entry.step !== "verify") return false;
  return entry.kind === "refused" || (entry.kind === "unavailable" && entry.reason === "secret-unset");
}

/** So many refusals of a source have a line of their own, in a minute and an environment. */
export const mostRefusals = 20;
const windowMilliseconds = 60_000;

/** A minute of a source's refusals: those with a line of their own, those without, and how many of these a line has told. */
type Minute = { readonly end: number; logged: number; left: number; told: number };

/**
 * Passes entries on, of refusals and of posts to a source without a secret only so many a minute and source: anybody can cause them, and each line costs. The rest are
 * told as numbers: at once and at each doubling, since an environment may be ended at any time, and what is left in the first
 * entry after the minute. The sum of the numbers is never more than there were.
 *
 * @param now Milliseconds, which never go back.
 */
export function limitRefusals(log: Log, now: () => number = () => performance.now()): Log {
  // Sources are names of ours, so there are few; a path that is no source's has none.
  const minutes = new Map<string | undefined, Minute>();
  const tell = (source: string | undefined, minute: Minute) => {
    const notLogged = minute.left - minute.told;
    if (notLogged === 0) return;
    minute.told = minute.left;
    log({ level: "info", step: "verify", kind: "refusals not logged", ...defined({ source }), notLogged });
  };
  return (entry) => {
    const at = now();
    for (const [source, minute] of minutes) {
      if (at < minute.end) continue;
      tell(source, minute);
      minutes.delete(source);
    }
    if (!isOfAnybody(entry)) return log(entry);
    const { source } = entry;
    const minute = minutes.get(source) ?? { end: at + windowMilliseconds, logged: 0, left: 0, told: 0 };
    minutes.set(source, minute);
    if (minute.logged < mostRefusals) {
      minute.logged += 1;
      return log(entry);
    }
    minute.left += 1;
    if (minute.left >= 2 * minute.told) tell(source, minute);
    return undefined;
  };
}
