import type { LambdaLine } from "../lambda/function-definition.ts";
import { lineFields } from "../lambda/line-fields.ts";
import { type Endpoint, listenOnLoopback } from "./endpoint.ts";
import { unguessable } from "./guard.ts";

/** Counts of two kinds of lines in the verifier's log: on AWS two queries of Logs Insights make them, here each line is counted. */
export type LogCounts = {
  /** Event types that came, rightly signed, and have no event file, the most frequent first. */
  readonly ignored: readonly { readonly source: string; readonly type: string; readonly events: number }[];
  /** Whether further types came, which are not in `ignored`. */
  readonly isCut: boolean;
  /** Refused deliveries whose headers fit a sibling of the source's provider. Anybody can send those. */
  readonly siblings: readonly { readonly source: string; readonly sibling: string; readonly refusals: number }[];
  /** How many refused deliveries had no line of their own, at least; the source of a path that is no source's is "". */
  readonly notLogged: readonly { readonly source: string; readonly refusals: number }[];
};

/** The first line of an execution environment of the verifier: the event that it is about, and how long the environment took to start. */
type EnvironmentStart = { readonly source: string; readonly id: string; readonly milliseconds: number };

/** Counts of a local run, and the starts of its verifier's environments that came last. */
export type LocalCounts = LogCounts & { readonly starts: readonly EnvironmentStart[] };

/** So many starts are kept. */
const mostStarts = 1000;

/** Event types are a sender's words: so many are kept apart, of at most so many characters. */
export const [mostTypes, longestType] = [100, 128] as const;

/** Counts lines of the verifier as they come, in memory that no sender can make grow. */
export function createLogCounts(): { add(line: LambdaLine): void; counts(): LocalCounts } {
  const ignored = new Map<string, { source: string; type: string; events: number }>();
  const siblings = new Map<string, { source: string; sibling: string; refusals: number }>();
  const notLogged = new Map<string, number>();
  const starts: EnvironmentStart[] = [];
  let isCut = false;

  function addIgnored({ source, type }: Line): void {
    if (source === undefined || type === undefined) return;
    const key = JSON.stringify([source, type]);
    const found = ignored.get(key);
    if (found !== undefined) found.events += 1;
    else if (ignored.size < mostTypes && type.length <= longestType) ignored.set(key, { source, type, events: 1 });
    else isCut = true;
  }

  // A source and a sibling are names of ours, so there are few.
  function addRefusal({ source, sibling }: Line): void {
    if (source === undefined || sibling === undefined) return;
    const key = JSON.stringify([source, sibling]);
    siblings.set(key, { source, sibling, refusals: (siblings.get(key)?.refusals ?? 0) + 1 });
  }

  function addNotLogged({ source = "", notLogged: more = 0 }: Line): void {
    notLogged.set(source, (notLogged.get(source) ?? 0) + more);
  }

  function addStart({ source, id, init }: Line): void {
    if (source === undefined || id === undefined || init === undefined || id.length > longestType) return;
    if (starts.push({ source, id, milliseconds: init }) > mostStarts) starts.shift();
  }

  return {
    add(written) {
      const { kind, text } = written;
      // Most lines are of neither kind.
      const isCounted = kind === "stdout" && /"(no-processor|refused|refusals not logged|init)"/.test(text);
      const line = isCounted ? (lineFields(written) as Line | undefined) : undefined;
      if (line?.init !== undefined) addStart(line);
      if (line?.step === "dedupe" && line.reason === "no-processor") addIgnored(line);
      if (line?.step === "verify" && line.text === "refused") addRefusal(line);
      if (line?.step === "verify" && line.text === "refusals not logged") addNotLogged(line);
    },
    counts: () => ({
      ignored: [...ignored.values()].map((one) => ({ ...one })).sort((one, other) => other.events - one.events),
      isCut,
      siblings: [...siblings.values()],
      notLogged: [...notLogged].map(([source, refusals]) => ({ source, refusals })),
      starts: [...starts],
    }),
  };
}

/** Serves the counts to `doctor`, `sources` and `measure`, which are processes of their own. */
export async function serveLogCounts(counts: () => LocalCounts): Promise<Endpoint> {
  return await listenOnLoopback(
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(counts()));
    },
    { admits: { path: unguessable() }, cutsOff: true },
  );
}

type Line = { readonly [Name in "step" | "text" | "reason" | "source" | "type" | "sibling" | "id"]?: string } & {
  readonly [Name in "notLogged" | "init"]?: number;
};
