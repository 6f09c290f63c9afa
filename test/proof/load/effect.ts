import { appendFileSync, existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { Attempt } from "../../../lambdas/core/processing/processor.ts";
import { PermanentError } from "../../../lambdas/core/processing/processor.ts";

/** What is to become of an event; it travels in its payload. */
export type Fate = "succeeds" | "fails-first" | "dies-first" | "fails-for-good";

/** One line that a run wrote: it began, it made its effect (`end`), or it failed on purpose. */
export type EffectLine = {
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly pid: number;
  readonly what: "begin" | "end" | "fail";
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** The run of the events of the load: a little work, the effect, a little more; so that a kill can come in between. */
export async function runOnRecord({ event, payload, idempotencyKey, attempt }: Attempt<unknown>): Promise<void> {
  const file = process.env.EFFECTS_FILE ?? "";
  // One short write at the end of the file: lines of several processes do not mix, and a kill leaves all of it or none.
  const write = (what: EffectLine["what"]) =>
    appendFileSync(file, `${event.id} ${idempotencyKey} ${attempt} ${process.pid} ${what} ${Date.now()}\n`);
  const { fate } = payload as { readonly fate: Fate };
  write("begin");
  await delay(5 + 35 * Math.random());
  if (fate === "fails-for-good" || (fate === "dies-first" && attempt === 1)) {
    write("fail");
    throw new PermanentError("The load wants it dead");
  }
  if (fate === "fails-first" && attempt === 1) {
    write("fail");
    throw new Error("The load wants it to fail first");
  }
  write("end");
  await delay(15 * Math.random());
}

/** Every line of the file, in the order in which they were written. */
export function readEffects(file: string): readonly EffectLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const [id = "", key = "", attempt, pid, what, at] = line.split(" ");
    if (what !== "begin" && what !== "end" && what !== "fail") throw new TypeError(`No line of an effect: ${line}`);
    return { id, key, attempt: Number(attempt), pid: Number(pid), what, at: Number(at) };
  });
}
