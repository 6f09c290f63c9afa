import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { mapBounded } from "../../../lambdas/core/bytes/bounded.ts";
import type { LocalLine } from "../../../local/lines.ts";
import { runLocal } from "../../../local/run-local.ts";
import type { LocalStack } from "../../../local/run-stack.ts";
import { events } from "../../../operate/cli/events.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { githubDelivery } from "../../core/deliveries.ts";
import { randomOf } from "../../seed.ts";

/** A run of an event, as its event file wrote it down: its type, its id, and the replay that ran it. */
type Run = { readonly type: string; readonly id: string; readonly replay: string };

/** Twelve types: the last two have no event file at first. */
const types = Array.from({ length: 12 }, (_, index) => `kind_${index}`);
const [broken = "", filled = ""] = [types[3], types[10]];
const ignored = types.slice(10);

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/**
 * A stack with an archive on this machine, and all that is asked of it: events of twelve types with duplicates, two of them
 * without an event file, one whose processor is broken for a while. What is told is compared with what the test knows itself.
 */
export async function playArchive({
  count,
  seed,
  kills,
  tell = () => {},
  signal,
}: {
  readonly count: number;
  readonly seed: number;
  /** Has the archive's function and a replay killed meanwhile: a killed batch of the archive is written a minute later. */
  readonly kills: boolean;
  readonly tell?: (line: string) => void;
  /** Ends the play: without it a line that never comes keeps the local run, and this process with it. */
  readonly signal?: AbortSignal;
}): Promise<readonly string[]> {
  const wrong: string[] = [];
  const random = randomOf(seed);
  const home = mkdtempSync(join(tmpdir(), "hookline-archive-whole-"));
  const folder = join(home, ".hookline");
  const ledger = join(home, "ledger");
  const isBroken = join(home, "is-broken");
  writeFileSync(ledger, "");
  const writeEvent = (type: string) => {
    const path = join(home, "events", "github", `${type}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      `import { appendFileSync, existsSync } from "node:fs";
import { PermanentError, processor } from ${JSON.stringify(file("lambdas/core/processing/processor.ts"))};
export default processor({ impact: "Nobody is harmed: a test", timeoutSeconds: 5, retry: { attempts: 3, maxDelaySeconds: 1 }, batchSize: 10 }, async ({ event, replay = "" }) => {
  if (${JSON.stringify(type)} === ${JSON.stringify(broken)} && existsSync(${JSON.stringify(isBroken)})) throw new PermanentError("broken");
  appendFileSync(${JSON.stringify(ledger)}, ${JSON.stringify(type)} + " " + event.id + " " + replay + "\\n");
});
`,
    );
  };
  for (const type of types.slice(0, 10)) writeEvent(type);

  const waiting = new Set<() => void>();
  const dead = new Set<string>();
  let [lines, isTakenUp] = [0, false];
  const log = (report: LocalLine) => {
    const text = report.from === "lambda" ? report.line.text : "text" in report ? String(report.text) : "";
    lines += 1;
    const died = /"text":"dead".*"id":"([^"]+)"/.exec(text)?.[1];
    if (died !== undefined) dead.add(died);
    if (text.includes(`took up github/${filled}.ts`)) isTakenUp = true;
    for (const look of waiting) look();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      signal?.addEventListener("abort", () => reject(new Error(`nothing came any more of ${holds}`)), { once: true });
      look();
    });
  const runs = (): readonly Run[] =>
    readFileSync(ledger, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [type = "", id = "", by = ""] = line.split(" ");
        return { type, id, replay: by };
      });
  const check = (name: string, found: unknown, expected: unknown) => {
    const isRight = JSON.stringify(found) === JSON.stringify(expected);
    tell(`${isRight ? "right" : "WRONG"}  ${name}`);
    if (!isRight)
      wrong.push(`${name}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`.slice(0, 500));
  };
  const printed = async (command: typeof events | typeof replay, ...args: readonly string[]) => {
    const lines: string[] = [];
    const code = await command(args, (line) => lines.push(line), { folder });
    return { code, lines };
  };

  const stack = await runLocal({ port: 0, folder, events: join(home, "events"), fastRetries: true, log });
  try {
    const { secret } = stack.run.sources.github ?? { secret: "" };
    const send = async (id: string, type: string) => {
      const { headers, body } = githubDelivery({ id, type, secret, body: JSON.stringify({ id }) });
      const answer = await fetch(`${stack.run.functionUrl}/github`, { method: "POST", headers, body });
      return (await answer.json()).outcome as string;
    };
    const sent = Array.from({ length: count }, (_, index) => {
      return { id: `evt-${index}`, type: types[Math.floor(random() * types.length)] ?? "", isLate: index >= count / 2 };
    });
    const sendAll = async (all: typeof sent) => {
      await mapBounded(all, 16, async ({ id, type }) => {
        const wanted = ignored.includes(type) ? "ignored" : "accepted";
        const outcome = await send(id, type);
        if (outcome !== wanted) wrong.push(`${id} is answered ${outcome}`);
        // A resend of some, as a provider does it. One of an event that is dead by then is a second life of it: none is sent.
        if (random() < 0.2 && type !== broken) await send(id, type);
      });
    };
    const first = sent.filter(({ isLate }) => !isLate);
    const late = sent.filter(({ isLate }) => isLate);
    await sendAll(first);
    await until(() => runs().length >= first.filter(({ type }) => !ignored.includes(type)).length);
    appendFileSync(isBroken, "");
    const kill = kills ? setInterval(() => killArchive(stack), 700) : undefined;
    await sendAll(late);
    clearInterval(kill);
    const died = late.filter(({ type }) => type === broken);
    const wellRun = sent.filter((one) => !ignored.includes(one.type) && !died.includes(one));
    await until(() => runs().length >= wellRun.length && died.every(({ id }) => dead.has(id)));
    rmSync(isBroken);
    const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).toSorted();
    check("each event that is not dead or ignored ran once", idsOf(runs()), idsOf(wellRun));
    const listed = () => printed(events, "list", "--json", "--limit", String(count * 2), "--since", "1h");
    // Copies come twice, of an ignored event that was sent again and of a killed batch, and a run is recorded after it has
    // written to the ledger: only the list tells that all are there. Lines are counted before it: some come while it is read.
    const isOver = (state: string) => /(done|dead|ignored)$/.test(state);
    let states: readonly string[];
    for (;;) {
      const seen = lines;
      states = (await listed()).lines.map((line) => JSON.parse(line)).map(({ id, state }) => `${id} ${state}`);
      if (states.length >= count && states.every(isOver)) break;
      await until(() => lines > seen);
    }
    const stateOf = (one: (typeof sent)[number]) => {
      if (ignored.includes(one.type)) return "ignored";
      return died.includes(one) ? "dead" : "done";
    };
    check(
      "events tells the state of each, once",
      states.toSorted(),
      sent.map((one) => `${one.id} ${stateOf(one)}`).toSorted(),
    );

    const replayed = async (name: string, expected: readonly { readonly id: string }[], ...args: readonly string[]) => {
      const before = runs().length;
      const { code, lines } = await printed(replay, "--since", "1h", "--per-second", "500", "--yes", ...args);
      if (code !== 0) wrong.push(`${name}: the replay ends with ${code}: ${lines.join("; ")}`);
      await until(() => runs().length >= before + expected.length);
      check(name, idsOf(runs().slice(before)), idsOf(expected));
    };
    const to = (type: string) => ["--to", `github/${type}`];
    await replayed("missing runs each dead event, and none that is done", died, ...to(broken));
    const nothing = await printed(replay, "--since", "1h", "--yes", ...to(broken));
    check("missing has nothing left to run", nothing.lines.at(-1), "nothing is to be sent");
    const ofBroken = sent.filter(({ type }) => type === broken);
    await replayed("again runs each once more", ofBroken, ...to(broken), "--mode", "again");
    writeEvent(filled);
    await until(() => isTakenUp);
    const toFill = sent.filter(({ type }) => type === filled);
    await replayed("a new event file is back-filled with ignored events", toFill, ...to(filled));
    if (kills)
      await replayKilled({
        folder,
        runs,
        until,
        random,
        check,
        sent: sent.filter(({ type }) => type === types[0]),
      });
  } finally {
    await stack.close();
    rmSync(home, { recursive: true, force: true });
  }
  return wrong;
}

/** Ends a process of the archive's function, as a machine that goes away does. */
function killArchive(stack: LocalStack): void {
  for (const [name, pids] of Object.entries(stack.pids())) {
    if (!/Archive/.test(name)) continue;
    for (const pid of pids) if (existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
  }
}

/** Has a replay killed and resumed until it is done: each event runs once. */
async function replayKilled(given: {
  readonly folder: string;
  readonly runs: () => readonly Run[];
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly random: () => number;
  readonly check: (name: string, found: unknown, expected: unknown) => void;
  readonly sent: readonly { readonly id: string }[];
}): Promise<void> {
  const { folder, runs, until, random, check, sent } = given;
  const before = runs().length;
  // The command of a source finds the local run of its own folder alone.
  const program = `import { replay } from ${JSON.stringify(file("operate/cli/replay.ts"))};
process.exitCode = await replay(process.argv.slice(1), console.log, { folder: ${JSON.stringify(folder)} });`;
  const start = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ["--input-type=module", "--eval", program, "--", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  let id = "";
  for (let tries = 0; tries < 20; tries += 1) {
    const args =
      id === ""
        ? ["--since", "1h", "--to", `github/${types[0]}`, "--mode", "again", "--per-second", "20"]
        : ["--resume", id];
    const child = start(...args, "--yes");
    child.stdout?.on("data", (text: Buffer) => {
      id = /replay (\S+) begins/.exec(String(text))?.[1] ?? id;
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const seen = runs().length;
    // After some of its copies have run, not the same number each time.
    const some = seen + 1 + Math.floor(random() * 15);
    const isOver = await Promise.race([ended, until(() => runs().length >= some)]);
    if (isOver === 0) break;
    if (isOver !== undefined) return check("a replay ends well", isOver, 0);
    child.kill("SIGKILL");
    await ended;
  }
  await until(() => runs().length >= before + sent.length);
  const found = runs().slice(before);
  check(
    "a replay that is killed and resumed runs each once",
    found.map((one) => one.id).toSorted(),
    sent.map((one) => one.id).toSorted(),
  );
  check("under one id", [...new Set(found.map((one) => one.replay))], [id]);
}
