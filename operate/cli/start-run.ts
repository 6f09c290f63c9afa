import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { runLocal } from "../../local/run-local.ts";
import { ignoredTypes } from "../log-counts/ignored-types.ts";
import { whyRefused } from "../why/why-refused.ts";
import type { Print } from "./command.ts";
import { printRun } from "./print-run.ts";
import type { WantedRun } from "./run-options.ts";
import { typeErrors } from "./type-errors.ts";

/** The types that came and have no event file, for the end of the run. */
async function ignoredLines(counts: LogCounts): Promise<readonly string[]> {
  try {
    const events = await readEventFiles();
    const { listed, more } = ignoredTypes(counts, { events, sources: sourcesOf(events) });
    return [...listed.map(({ says, remedy }) => `${says}: ${remedy}`), ...(more === undefined ? [] : [more])];
  } catch (error) {
    // An event file that cannot be read now must not keep the run from its end.
    return [`Types without an event file could not be listed: ${errorText(error)}`];
  }
}

/** Runs the stack and prints its lines, until an interruption ends the process. */
export async function startRun(wanted: WantedRun, print: Print): Promise<void> {
  const { port, keep, freshSecrets, fastRetries, why } = wanted;
  await printRun(wanted, print, async (log) => {
    const stack = await runLocal({
      port,
      keep,
      freshSecrets,
      fastRetries,
      ...(why ? { onRefused: whyRefused } : {}),
      log,
    });
    const stopped = new AbortController();
    void typeErrors(stopped.signal).then(
      (sentence) => sentence !== undefined && print(sentence, "yellow"),
      // A check that cannot be made is no matter of the run.
      () => {},
    );
    return {
      stack,
      name: `Hookline-${stack.run.stage}`,
      said: [`The examples write into ${stack.run.outbox}.`],
      ending: () => {
        stopped.abort();
        return ignoredLines(stack.counts());
      },
    };
  });
}
