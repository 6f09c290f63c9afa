import { pathToFileURL } from "node:url";
import type { EventFile } from "../../infra/build/event-files.ts";
import { placeInFile } from "../../infra/build/place-in-file.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { LogEntry } from "../../lambdas/core/log.ts";
import { runAttempt } from "../../lambdas/core/processing/attempt.ts";
import { PermanentError, type Processor } from "../../lambdas/core/processing/processor.ts";
import { breakInProcessor, isInspected } from "./break-in-processor.ts";

/** How a run of one event ended. */
type EventRun =
  | { readonly kind: "done"; readonly milliseconds: number }
  | {
      readonly kind: "failed";
      readonly permanent: boolean;
      readonly error: unknown;
      /** Where in the event file: `:3:13` and that line; empty where the error arose elsewhere. */
      readonly at: string;
      readonly code: string;
    };

/**
 * Runs an event file's processor on one event, once, in this process. With a debugger it stops in the code of the processor, and has all
 * the time that it wants.
 */
export async function runEvent(
  file: Pick<EventFile, "name" | "path">,
  event: WebhookEvent,
  log: (entry: LogEntry) => void,
): Promise<EventRun> {
  const { default: written } = (await import(pathToFileURL(file.path).href)) as { readonly default: Processor };
  const inspected = isInspected();
  if (inspected) await breakInProcessor(written);
  const options = inspected ? { ...written.options, timeoutSeconds: dayInSeconds } : written.options;
  const started = performance.now();
  try {
    await runAttempt(event, 1, { processor: { ...written, options }, name: file.name, log });
    return { kind: "done", milliseconds: Math.round(performance.now() - started) };
  } catch (error) {
    const place = error instanceof Error ? placeInFile(error, file.path) : { at: "", code: "" };
    return { kind: "failed", permanent: error instanceof PermanentError, error, ...place };
  }
}

const dayInSeconds = 86_400;
