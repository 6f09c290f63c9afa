import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findEvents } from "../../../operate/events/find-events.ts";
import { type Events, openEvents } from "../../../operate/events/open-events.ts";
import { findStage } from "../../../operate/stage/find-stage.ts";

/** The size of an archive: so many objects of so many events, and so many objects a day. */
export type ArchiveSize = { readonly objects: number; readonly each: number; readonly daily: number };

/** One search: what it found, and how long it took. */
export type Finding = { readonly name: string; readonly found: number; readonly seconds: number };

/** Fills an archive in the stand-ins of another process, and searches it. The newest event is of `until`. */
export async function measureFinding({ objects, each, daily }: ArchiveSize): Promise<{
  readonly findings: readonly Finding[];
  /** The highest memory of this process, in MB. */
  readonly megabytes: number;
}> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-finding-"));
  const until = Date.now();
  const script = fileURLToPath(new URL("filled.ts", import.meta.url));
  const runtime = "Deno" in globalThis ? ["run", "-A"] : process.execArgv.filter((flag) => !flag.startsWith("--test"));
  const child = spawn(process.execPath, [...runtime, script, folder, String(objects), String(each), String(daily)], {
    env: { ...process.env, FILLED_UNTIL: String(until) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let isReady = false;
    for await (const line of createInterface({ input: child.stdout })) {
      isReady = line === "ready";
      if (isReady) break;
    }
    if (!isReady) throw new Error("The archive was not filled");
    const stage = await findStage({}, { folder });
    try {
      const findings = await findAll(openEvents(stage), { objects, each, daily }, until);
      return { findings, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
    } finally {
      stage.clients.close();
    }
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findAll(
  events: Events,
  { objects, each, daily }: ArchiveSize,
  until: number,
): Promise<readonly Finding[]> {
  const day = { since: until - 86_400_000, until };
  const whole = { since: until - (objects / daily) * 86_400_000, until };
  const timed = async (name: string, find: () => Promise<number>): Promise<Finding> => {
    const began = performance.now();
    const found = await find();
    return { name, found, seconds: (performance.now() - began) / 1000 };
  };
  const count = async (of: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY) => {
    let found = 0;
    for await (const _ of of) {
      found += 1;
      if (found === most) break;
    }
    return found;
  };
  const countAll = async (of: AsyncIterable<readonly unknown[]>) => {
    let found = 0;
    for await (const group of of) found += group.length;
    return found;
  };
  const last = `evt_${objects - 1}_`;
  return [
    await timed("list the newest 100, with states", () => count(events.find(day), 100)),
    await timed("list all of 24 hours", () => countAll(findEvents(events.archive, day))),
    await timed("list all of 24 hours, with states", () => count(events.find(day))),
    await timed("find the oldest event by its id, the hour unknown", async () => {
      return (await events.withId({ id: `${last}0`, ...whole })).length;
    }),
    await timed("find the oldest event by its id, the hour in a record", async () => {
      return (await events.withId({ id: `${last}${each - 1}`, source: "stripe", ...whole })).length;
    }),
    await timed("list all", () => countAll(findEvents(events.archive, whole))),
  ];
}
