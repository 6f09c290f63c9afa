import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { eventsFolder, listEventFiles, readEventFile, splitEventName } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { toEnvelope } from "../../lambdas/core/events/envelope.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { openEvents } from "../events/open-events.ts";
import { payloadOf } from "../events/payload.ts";
import { readEvents } from "../run-event/event-file.ts";
import { runEvent } from "../run-event/run-event.ts";
import { shellWord } from "../shell-word.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { readInputFile } from "./input-file.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { readTime } from "./times.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "run",
  script: "hookline -- run",
  says: "runs the processor of an event file on one event, in one process, with a debugger where you want one",
  takes: [stageWord, "<source>/<type>"],
  options: {
    event: {
      type: "string",
      value: "F",
      says: "a payload as the provider posts it, or an envelope of dlq show --save",
    },
    id: { type: "string", value: "ID", says: "the event of this id in the stage's archive" },
    since: { type: "string", value: "TIME", says: "with --id: received since then, as of events", default: "24h" },
    inspect: { type: "boolean", says: "wait for a debugger, and stop in your code" },
    "inspect-port": { type: "string", value: "N", says: "the debugger's port on 127.0.0.1", default: "9229" },
    ...stageOptions,
  },
  more: ["No queue, no record: the event runs each time. Nothing is verified.", stageHelp],
  examples: [
    "github/push --event lambdas/providers/samples/github/push.json",
    "github/push --event event.json --inspect",
  ],
} as const;

/**
 * Runs one event. Returns 0 where its processor is done with it, and 1 where it throws.
 *
 * @throws {UsageError} For arguments that cannot be.
 */
export const run: Command<[places: StagePlaces]> = command(
  help,
  async ({ values, taken: [stageName, name = ""], print }, places: StagePlaces = {}) => {
    const { event: path, id } = values;
    if ((path === undefined) === (id === undefined)) {
      throw usageError(help, "one of --event, a file with a payload or an envelope, and --id is needed");
    }
    if (path !== undefined && stageName !== undefined)
      throw usageError(help, "a stage is for --id, and not for --event");
    if (values.inspect) return await runInspected(name, portOf(values["inspect-port"]));
    const file = findEventFile(name);
    const bytes =
      path === undefined
        ? await archived(stageName, name, { ...values, id: id ?? "" }, places)
        : new Uint8Array(readInputFile("--event", path));
    const { source, type } = await readEventFile(file.path, file.name);
    const provider = providers[sourcesOf([{ source }])[source] ?? ""];
    if (provider === undefined) throw new UsageError(`Cannot run ${name}: there is no source or provider "${source}"`);
    const codes: number[] = [];
    for (const event of await readEvents(bytes, { source, type, provider })) {
      const ended = await runEvent(file, event, (entry) => {
        if (entry.kind !== "said") return;
        print(
          `${entry.level.padEnd(6)}${entry.text}${entry.data === undefined ? "" : ` ${JSON.stringify(entry.data)}`}`,
        );
      });
      codes.push(ended.kind === "done" ? 0 : 1);
      if (ended.kind === "done") print(`done in ${ended.milliseconds} ms`);
      else for (const line of failureLines(ended, file.name)) print(line);
    }
    return Math.max(0, ...codes);
  },
);

/** The envelope of an event in the archive, with its body, wherever that lies. */
async function archived(
  stageName: string | undefined,
  name: string,
  values: Parameters<typeof openStage>[1] & { readonly id: string; readonly since: string },
  places: StagePlaces,
): Promise<Uint8Array<ArrayBuffer>> {
  const { id } = values;
  const now = Date.now();
  const since = readTime("--since", values.since, now);
  const [source = ""] = name.split("/");
  const stage = await openStage(stageName, values, places);
  try {
    const events = openEvents(stage);
    const [found, ...others] = await events.withId({ id, source, since, until: now });
    if (found === undefined) {
      throw new TypeError(
        `Cannot run event ${id}: the archive has none of source ${source} since ${new Date(since).toISOString()}; give an earlier --since`,
      );
    }
    if (others.length > 0) {
      throw new TypeError(
        `Cannot run event ${id}: ${others.length + 1} events have this id; save the one that is meant: npm run events -- get --id=${shellWord(id)} --type TYPE --save F`,
      );
    }
    const { event } = await payloadOf(events.archive, found.event);
    return new TextEncoder().encode(toEnvelope(event));
  } finally {
    stage.clients.close();
  }
}

/** The event file of a name; an error names the nearest. */
function findEventFile(name: string) {
  const files = listEventFiles(eventsFolder);
  const file = files.find((one) => one.name === name);
  if (file !== undefined) return file;
  if (splitEventName(name) === undefined) throw usageError(help, `expected <source>/<type>, received "${name}"`);
  const names = files.map((one) => one.name);
  const meant = didYouMean(name, names) || ".";
  throw new UsageError(
    `Cannot run ${name}: there is no lambdas/events/${name}.ts${meant} A new one: npm run new -- event ${name}`,
  );
}

function failureLines({ permanent, error, at, code }: Failed, name: string): readonly string[] {
  const where = at === "" ? "" : ` in lambdas/events/${name}.ts${at}`;
  return [
    `failed${where}: ${permanent ? "its queue would send it to the DLQ at once" : "its queue would have it retried"}`,
    ...(code === "" ? [] : [`  ${code}`]),
    ...((error instanceof Error ? error.stack : undefined) ?? errorText(error)).split("\n"),
  ];
}

type Failed = { readonly permanent: boolean; readonly error: unknown; readonly at: string; readonly code: string };

/** Runs this command again in a process that waits for a debugger before its first line. */
async function runInspected(name: string, port: number): Promise<number> {
  findEventFile(name);
  const flag = `--inspect-wait=127.0.0.1:${port}`;
  const runtime = "Deno" in globalThis ? ["run", "-A", flag] : [...process.execArgv, flag];
  const given = process.argv.slice(2).filter((word) => word !== "--inspect");
  const args = [...runtime, process.argv[1] ?? "", ...given];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usageError(help, `--inspect-port takes a number from 0 to 65535, received "${text}"`);
}
