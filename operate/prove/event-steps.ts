import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { processingKey } from "../../lambdas/core/events/identity.ts";
import { NotSeenError, objectsOf, type Proving, type Step, succeeded } from "./proving.ts";

/** An event is in the archive within a minute or two, and a first run has an environment to start. */
const eventSeconds = 300;

/** The steps that a local run can show as well as an account. */
export const eventSteps: readonly Step[] = [
  {
    name: "measure",
    claim: "Signed deliveries are acknowledged, and an environment's first line has the time of its start",
    needs: [],
    async run({ hookline }) {
      const [told = {}] = objectsOf(await hookline(["measure", "--events", "50", "--rate", "20", "--json"]));
      const { acknowledged, times, starts } = told as {
        readonly acknowledged?: number;
        readonly times?: Readonly<Record<string, number>>;
        readonly starts?: { readonly environments?: number; readonly median?: number; readonly unknown?: string };
      };
      if (!starts?.environments)
        throw new NotSeenError(`no start was seen: ${starts?.unknown ?? "every environment was warm"}`);
      const { p50, p95, p99 } = times ?? {};
      const cold = starts.environments === 1 ? "1 cold start" : `${starts.environments} cold starts`;
      return `${acknowledged} of 50 acknowledged, p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms; ${cold}, ${starts.median} ms in the median`;
    },
  },
  {
    name: "deliveries",
    claim:
      "A signed delivery is accepted and its processor runs, a repeated one is a duplicate, a forged one is refused",
    needs: [],
    async run(proving) {
      const { hookline, prefix } = proving;
      const id = `${prefix}-works`;
      const words = ["send", "prove/works", "--id", id, "--body-file", bodyFile(proving, "works"), "--json"];
      const first = outcomeOf(objectsOf(await hookline(words)), "200 accepted");
      const second = outcomeOf(objectsOf(await hookline(words)), "200 duplicate");
      const forged = outcomeOf(objectsOf(await hookline([...words, "--tamper"]), 1), "401 signature-wrong");
      await eventIs(proving, id, "done");
      return `${first}, then ${second}; forged: ${forged}; its processor is done`;
    },
  },
  {
    name: "doctor",
    claim: "The doctor finds nothing wrong",
    needs: [],
    async run({ hookline }) {
      // It ends with 1 where something is wrong, and says what.
      const ran = await hookline(["doctor", "--json"]);
      const [{ findings = [] } = {}] = objectsOf(ran, ran.code === 1 ? 1 : 0) as readonly { findings?: Finding[] }[];
      const wrong = findings.filter(({ state }) => state === "FAIL");
      if (wrong.length > 0) throw new NotSeenError(wrong.map(({ check, says }) => `${check}: ${says}`).join("; "));
      const checked = findings.filter(({ state }) => state === "ok" || state === "warn");
      return `${checked.length} checks, none failed`;
    },
  },
  {
    name: "bytes",
    claim: "Each entrance hands on every byte of a body, and refuses what is forged",
    needs: [],
    async run({ hookline, entrances, secret }) {
      const options = ["--provider", "standard-webhooks", "--secret-file", "-", "--json", "--yes"];
      const seen: string[] = [];
      for (const [name, url] of Object.entries(await entrances())) {
        const ran = await hookline(["check-endpoint", `${url}/prove`, ...options], { input: await secret() });
        const { findings = [], passed, failed } = JSON.parse(ran.stdout || "{}") as Judged;
        const wrong = findings.filter(({ state }) => state === "failed");
        if (failed !== 0)
          throw new NotSeenError(
            `${name}: ${wrong.map(({ check, says }) => `${check}: ${says}`).join("; ") || ran.stderr.trim()}`,
          );
        seen.push(`${name}: ${passed} checks passed`);
      }
      return seen.join("; ");
    },
  },
  {
    name: "dead",
    claim: "An event whose processor fails for good ends in the DLQ, with its reason",
    needs: [],
    async run(proving) {
      const { hookline, prefix, until } = proving;
      const id = `${prefix}-fails`;
      const file = bodyFile(proving, "fails-first");
      outcomeOf(
        objectsOf(await hookline(["send", "prove/fails-first", "--id", id, "--body-file", file, "--json"])),
        "200 accepted",
      );
      return await until("the event is in the DLQ", eventSeconds, async () => {
        const ran = await hookline(["dlq", "list", "prove/fails-first", "--id", id, "--json"]);
        const [found] = ran.code === 0 ? objectsOf(ran) : [];
        return found?.reason === undefined ? undefined : `in the DLQ: ${found.reason}`;
      });
    },
  },
  {
    name: "redrive",
    claim: "A redrive runs a dead event",
    needs: ["dead"],
    async run(proving) {
      const id = `${proving.prefix}-fails`;
      succeeded(await proving.hookline(["dlq", "redrive", "prove/fails-first", "--id", id]));
      const { attempts } = await eventIs(proving, id, "done");
      return `done in its attempt ${attempts}`;
    },
  },
  {
    name: "replay",
    claim: "A replay runs an archived event once more",
    needs: ["deliveries"],
    async run({ hookline, prefix, recorded, until }) {
      const id = `${prefix}-works`;
      const words = [
        "replay",
        "--to",
        "prove/works",
        "--mode",
        "again",
        "--id",
        id,
        "--since",
        "1d",
        "--yes",
        "--json",
      ];
      const [, told] = objectsOf(await hookline(words));
      if (told?.state !== "done" || told.sent !== 1) {
        throw new NotSeenError(`the replay is ${told?.state}, with ${told?.sent} copies sent`);
      }
      const [event] = objectsOf(await hookline(["events", "get", "--id", id, "--json"]));
      const run = { source: "prove", key: String(event?.key), replay: String(told.id) };
      // Each replay has a record of its own, beside that of the first run.
      const key = `ev#${processingKey("prove/works", run)}`;
      return await until("the copy has run", eventSeconds, async () =>
        (await recorded(key)) === "done" ? "1 copy was sent; its run is done" : undefined,
      );
    },
  },
];

type Finding = { readonly check: string; readonly state: string; readonly says: string };
type Judged = { readonly findings?: readonly Finding[]; readonly passed?: number; readonly failed?: number };
type Answer = Readonly<Record<string, unknown>>;

/** The body of an event, in a file. */
function bodyFile({ folder }: Proving, type: string): string {
  const file = join(folder, `${type}.json`);
  writeFileSync(file, JSON.stringify({ type, timestamp: new Date().toISOString(), data: {} }));
  return file;
}

function outcomeOf([answer = {}]: readonly Answer[], expected: string): string {
  const seen = `${answer.status} ${answer.outcome}`;
  if (seen === expected) return seen;
  throw new NotSeenError(`expected ${expected}, received ${seen}`);
}

/** Waits for the state of an event, and returns its processor's. */
async function eventIs(
  { hookline, until }: Proving,
  id: string,
  wanted: string,
): Promise<{ readonly attempts?: number }> {
  return await until(`the event is ${wanted}`, eventSeconds, async () => {
    const ran = await hookline(["events", "get", "--id", id, "--json"]);
    const [found] = ran.code === 0 ? objectsOf(ran) : [];
    if (found?.state !== wanted) return undefined;
    const [processor = {}] = (found.processors ?? []) as readonly { readonly attempts?: number }[];
    return processor;
  });
}
