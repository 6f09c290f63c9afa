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

/** An archive: so many objects of so many events, so many objects a day, the newest event of `until`. */
export type FilledArchive = {
  readonly folder: string;
  readonly objects: number;
  readonly each: number;
  readonly daily: number;
  readonly until: number;
};

/** A search: what it found, how long it took, and the highest memory of its process. */
export type Finding = { readonly found: number; readonly seconds: number; readonly megabytes: number };

/** The flags by which a process of ours runs a script. */
export const runtime: readonly string[] =
  "Deno" in globalThis ? ["run", "-A"] : process.execArgv.filter((flag) => !flag.startsWith("--test"));

/** Fills an archive in the stand-ins of another process, which serve until `use` ends. */
export async function withArchive<Result>(
  size: Omit<FilledArchive, "folder" | "until">,
  use: (archive: FilledArchive) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-finding-"));
  const until = Date.now();
  const script = fileURLToPath(new URL("filled.ts", import.meta.url));
  const args = [folder, size.objects, size.each, size.daily, until].map(String);
  const child = spawn(process.execPath, [...runtime, script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let isReady = false;
    for await (const line of createInterface({ input: child.stdout })) {
      isReady = line === "ready";
      if (isReady) break;
    }
    if (!isReady) throw new Error("The archive was not filled");
    return await use({ ...size, folder, until });
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The searches by name; each returns how many events it found. */
export const searches: Readonly<Record<string, (events: Events, archive: FilledArchive) => Promise<number>>> = {
  "list the newest 100, with states": (events, archive) => count(events.find(lastDay(archive)), 100),
  "list 24 hours": (events, archive) => countAll(findEvents(events.archive, lastDay(archive))),
  "list 24 hours, with states": (events, archive) => count(events.find(lastDay(archive))),
  "list all": (events, archive) => countAll(findEvents(events.archive, whole(archive))),
  "find the oldest event by its id, its hour unknown": async (events, archive) => {
    return (await events.withId({ id: `evt_${archive.objects - 1}_0`, ...whole(archive) })).length;
  },
  "find the oldest event by its id, its hour in a record": async (events, archive) => {
    const id = `evt_${archive.objects - 1}_${archive.each - 1}`;
    return (await events.withId({ id, source: "stripe", ...lastDay(archive) })).length;
  },
};

/** Does a search in this process. */
export async function measure(name: string, archive: FilledArchive): Promise<Finding> {
  const stage = await findStage({}, { folder: archive.folder });
  try {
    const events = openEvents(stage);
    const began = performance.now();
    const found = (await searches[name]?.(events, archive)) ?? Number.NaN;
    const seconds = (performance.now() - began) / 1000;
    return { found, seconds, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
  } finally {
    stage.clients.close();
  }
}

function lastDay({ until }: FilledArchive) {
  return { since: until - 86_400_000, until };
}

function whole({ until, objects, daily }: FilledArchive) {
  return { since: until - (objects / daily) * 86_400_000, until };
}

async function count(of: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<number> {
  let found = 0;
  for await (const _ of of) {
    found += 1;
    if (found === most) break;
  }
  return found;
}

async function countAll(of: AsyncIterable<readonly unknown[]>): Promise<number> {
  let found = 0;
  for await (const group of of) found += group.length;
  return found;
}
