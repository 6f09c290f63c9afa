import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LocalLine } from "../../../local/lines.ts";
import { runLocal } from "../../../local/run-local.ts";
import type { LocalStack } from "../../../local/run-stack.ts";
import { withDeadEvents } from "../../../operate/dead-events/dead-events.ts";
import { countOf } from "../../../operate/dead-events/dead-letters.ts";
import { openPlace } from "../../../operate/dead-events/dlq-place.ts";
import { moveAll } from "../../../operate/dead-events/move-task.ts";
import { findStage } from "../../../operate/stage/find-stage.ts";
import type { Complaint, Letter } from "./checker.ts";
import { type EffectLine, readEffects } from "./effect.ts";

/** The stack that is put under load, with the fixtures' events. */
export type LoadedStack = {
  readonly stack: LocalStack;
  readonly complaints: readonly Complaint[];
  /** How often each error was logged by our Lambdas. */
  readonly errors: ReadonlyMap<string, number>;
  /** Processes that were started. */
  starts(): number;
  effects(): readonly EffectLine[];
  /** Waits until no queue holds a message, for so many seconds at most; returns how many are left. */
  drained(seconds: number): Promise<number>;
  /** About how many messages are in the DLQs. */
  dead(): Promise<number>;
  /** Moves everything in the DLQs back. */
  redrive(): Promise<void>;
  /** What is in the DLQs. */
  letters(): Promise<readonly Letter[]>;
  close(): Promise<void>;
};

/** What `dlq list` says where it has no reason, or none yet. */
const noReason = ["no reason was recorded: see the processor's log", "being run at this moment"];

/** Starts what `npm start -- --fast-retries` starts, in a folder of its own and on ports of its own. */
export async function startLoadedStack(): Promise<LoadedStack> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-load-"));
  const events = join(folder, "events");
  const effects = join(folder, "effects.log");
  copyEvents(events, effects);
  const complaints: Complaint[] = [];
  const errors = new Map<string, number>();
  let starts = 0;
  const log = (report: LocalLine) => {
    if (report.from === "lambda" && report.line.kind === "start") starts += 1;
    const text = report.from === "lambda" ? errorIn(report.line, complaints) : undefined;
    if (text !== undefined) errors.set(text, (errors.get(text) ?? 0) + 1);
  };
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const stack = await runLocal({ port: 0, events, folder, fastRetries: true, log }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const found = await findStage({}, { folder });
  const place = openPlace(found);
  const pipelines = await place.pipelines();
  return {
    stack,
    complaints,
    errors,
    starts: () => starts,
    effects: () => readEffects(effects),
    async drained(seconds) {
      const until = Date.now() + seconds * 1000;
      for (let empty = 0; ; ) {
        const counts = await Promise.all(pipelines.map(({ queue }) => countOf(place.sqs, queue)));
        const left = counts.reduce((sum, count) => sum + count, 0);
        empty = left === 0 ? empty + 1 : 0;
        if (empty === 3 || Date.now() > until) return left;
        await delay(300);
      }
    },
    async dead() {
      const counts = await Promise.all(pipelines.map(({ dlq }) => countOf(place.sqs, dlq)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async redrive() {
      const { signal } = new AbortController();
      for (const pipeline of pipelines) await moveAll(place.sqs, pipeline, { signal, progress: () => {} });
    },
    async letters() {
      const found = pipelines.map((pipeline) =>
        withDeadEvents(place, pipeline, {}, { most: 100_000 }, async ({ events }) => {
          return events.map(({ id, reason }) => (noReason.includes(reason) ? { id } : { id, reason }));
        }),
      );
      return (await Promise.all(found)).flat();
    },
    async close() {
      found.clients.close();
      await stack.close();
      removeFolder();
    },
  };
}

/** The fixtures with the paths that they have in another folder. */
function copyEvents(events: string, effects: string): void {
  cpSync(new URL("../../fixtures/load-events", import.meta.url), events, { recursive: true });
  const pathOf = (path: string) => new URL(path, import.meta.url).pathname;
  for (const file of readdirSync(events, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(join(events, file), "utf8")
      .replace(
        "../../../../lambdas/core/processing/processor.ts",
        pathOf("../../../lambdas/core/processing/processor.ts"),
      )
      .replace("../../../proof/load/effect.ts", pathOf("effect.ts"))
      .replace('"EFFECTS"', JSON.stringify(effects));
    writeFileSync(join(events, file), text);
  }
}

/** What went wrong by a line of a function's; noted as a complaint where it can make an effect come again. */
function errorIn(
  { kind, text }: { readonly kind: string; readonly text: string },
  complaints: Complaint[],
): string | undefined {
  if (kind === "timeout") return "a function was stopped at its timeout";
  if (kind !== "stdout" || !text.startsWith('{"level":"error"')) return undefined;
  const said = JSON.parse(text) as { readonly time: string; readonly text: string; readonly id?: string };
  if (said.id !== undefined && (said.text === "done not recorded" || said.text === "overran")) {
    complaints.push({ at: Date.parse(said.time), id: said.id, text: said.text });
  }
  return said.text;
}
