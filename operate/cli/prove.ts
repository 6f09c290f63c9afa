import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { stages } from "../../infra/config.ts";
import { isStageName, stageNames } from "../../infra/config-checks.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { bootstrapStack } from "../deploy/account-check.ts";
import { accountSteps, lastSteps } from "../prove/account-steps.ts";
import { longestWaitMinutes } from "../prove/alarm-steps.ts";
import { readClaims } from "../prove/claims.ts";
import { eventSteps } from "../prove/event-steps.ts";
import { openAccount, openLocal } from "../prove/open-proving.ts";
import { type RunProgram, runProgram } from "../prove/programs.ts";
import { type Proof, reportOf, versionsInUse } from "../prove/report.ts";
import { type Row, runSteps } from "../prove/run-steps.ts";
import { type AwsClients, awsClients } from "../stage/aws-stage.ts";
import { stackNamed } from "../stage/stack-named.ts";
import { type Colour, type Command, command, type Print, usageError } from "./command.ts";
import { createTextProgress } from "./progress.ts";
import { askYes, holdInterruptions } from "./terminal.ts";

const help = {
  name: "prove",
  says: "deploys a stage of its own, shows there what only an account can show, destroys it, and writes a report",
  takes: ["[<stage>]"],
  options: {
    region: { type: "string", value: "NAME", says: "the region to deploy to; defaults to the SDK's" },
    local: { type: "boolean", says: "run the steps that a local run of the same app can show, and call no AWS" },
    keep: { type: "boolean", says: "leave the stage as it is at the end; the report has the command that deletes it" },
    report: { type: "string", value: "F", says: "the file to write; defaults to hookline-proof-<stage>-<date>.md" },
    yes: { type: "boolean", says: "do not ask" },
  },
  more: [
    "The stage is a new name, which no stage of infra/config.ts and no stack has.",
    `It waits for alarms, each wait ${longestWaitMinutes} minutes at most. Ctrl-C ends it after the present step, and destroys the stage, too.`,
  ],
  examples: ["proof --region eu-west-1", "--local"],
} as const;

/** For tests. */
type Given = {
  readonly awsClients?: AwsClients;
  readonly run?: RunProgram;
  readonly ask?: (question: string) => Promise<boolean>;
};

/**
 * Proves. Returns 0 where every step passed.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage that is there already.
 */
export const prove: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [name], print }, given: Given = {}) => {
    const { local, keep, region } = values;
    if (local && (keep || region !== undefined)) throw usageError(help, "--keep and --region are for an account");
    if (!local && name === undefined) throw usageError(help, "expected <stage>, or --local; received nothing");
    const stage = checkNew(name ?? "proof");
    const began = new Date();
    const file = values.report ?? `hookline-proof-${stage}-${began.toISOString().slice(0, 10)}.md`;
    checkReport(file);
    const proved = local
      ? await proveLocally(stage, given, print)
      : await proveInAccount(stage, { region, keep, yes: values.yes }, given, print);
    if (proved === undefined) return 1;
    const uncovered = readClaims().flatMap(({ claim, steps }) => (steps.length === 0 ? [claim] : []));
    writeFileSync(file, reportOf({ ...proved, stage, began, versions: versionsInUse(), uncovered }));
    const count = (outcome: Row["outcome"]) => proved.rows.filter((row) => row.outcome === outcome).length;
    const [failed, left] = [count("failed"), count("not tried") - proved.elsewhere];
    const [says, colour]: readonly [string, Colour] =
      failed + left === 0
        ? ["Every step passed", "green"]
        : [`${failed} ${failed === 1 ? "step" : "steps"} failed, and ${left} were not tried`, "red"];
    print(`${says}; the report is ${file}.`, colour);
    return failed + left === 0 ? 0 : 1;
  },
);

type Proved = Pick<Proof, "place" | "rows" | "kept"> & {
  /** How many rows are of steps that only another place can show. */
  readonly elsewhere: number;
};

/** The steps that an account alone can show are rows, too. */
async function proveLocally(stage: string, { run = runProgram }: Given, print: Print): Promise<Proved> {
  const held = holdInterruptions();
  const stop = new AbortController();
  void held.interruption.then(() => stop.abort());
  const progress = createTextProgress(process.stderr);
  print("A local run of the app starts.");
  try {
    const opened = await openLocal({ stage, run, signal: stop.signal, tell: progress.tell });
    try {
      const shown = await runSteps(eventSteps, opened.proving, telling(opened.noted, stop.signal, progress, print));
      const seen = "an account alone can show it";
      const others = [...accountSteps, ...lastSteps]
        .filter(({ name }) => !eventSteps.some((step) => step.name === name))
        .map(({ name, claim }): Row => ({ step: name, claim, commands: [], seen, outcome: "not tried", seconds: 0 }));
      return { place: "a local run", rows: [...shown, ...others], kept: false, elsewhere: others.length };
    } finally {
      await opened.close();
    }
  } finally {
    progress.end();
    held.release();
  }
}

async function proveInAccount(
  stage: string,
  { region: wanted, keep, yes }: { readonly region: string | undefined; readonly keep: boolean; readonly yes: boolean },
  { run = runProgram, awsClients: clientsIn = awsClients, ask = askYes }: Given,
  print: Print,
): Promise<Proved | undefined> {
  const stack = `Hookline-${stage}`;
  const { region, account } = await checkFree(stack, wanted, clientsIn);
  const deletion = `aws cloudformation delete-stack --stack-name ${stack} --region ${region}`;
  const where = `${stack} in ${region}, account ${account}`;
  if (!yes && !(await ask(`Deploy ${where}, ${keep ? "and leave it there" : "and destroy it at the end"}?`)))
    return undefined;
  print(`Proves ${where}.`);
  const stop = new AbortController();
  const held = holdInterruptions();
  void held.interruption.then(() => {
    stop.abort();
    print(`It ends after this step. Where it is killed before it has destroyed the stage: ${deletion}`, "yellow");
  });
  const progress = createTextProgress(process.stderr);
  const opened = await openAccount({
    ...{ stage, region, run, awsClients: clientsIn, signal: stop.signal },
    tell: progress.tell,
  });
  try {
    const shown = await runSteps(accountSteps, opened.proving, telling(opened.noted, stop.signal, progress, print));
    // Nothing is destroyed where nothing was deployed, for another may have this name by then.
    const isDeployed = shown.some(({ step, outcome }) => step === "deploy" && outcome !== "not tried");
    if (keep && isDeployed) print(`${stack} is kept. It is deleted by: ${deletion}`);
    if (keep || !isDeployed) return { place: region, rows: shown, kept: keep && isDeployed, elsewhere: 0 };
    const destroyed = await runSteps(lastSteps, opened.proving, telling(opened.noted, undefined, progress, print));
    if (destroyed.some(({ outcome }) => outcome !== "passed")) print(`See that the stage is gone: ${deletion}`, "red");
    return { place: region, rows: [...shown, ...destroyed], kept: false, elsewhere: 0 };
  } finally {
    progress.end();
    held.release();
    await opened.close();
  }
}

/** @throws {UsageError} For a name that no stage can have, or that a stage of the configuration has. */
function checkNew(stage: string): string {
  if (!isStageName(stage)) {
    throw usageError(help, `a stage is ${stageNames}, received "${stage}"`);
  }
  if (!Object.hasOwn(stages, stage)) return stage;
  throw usageError(help, `"${stage}" is a stage of infra/config.ts, which a proof must not touch: give another name`);
}

/** @throws {UsageError} For a file that cannot be written: hours later the report would be lost. */
function checkReport(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch {
    throw usageError(help, `--report takes a file in a folder that can be written, received "${file}"`);
  }
}

/** Where the stage will be. @throws {TypeError} Where its stack is there already. */
async function checkFree(stack: string, wanted: string | undefined, clientsIn: AwsClients) {
  const clients = clientsIn(wanted);
  try {
    const client = clients.of("cloudformation", CloudFormationClient);
    const [region, toolkit, found] = await Promise.all([
      client.config.region(),
      stackNamed(client, bootstrapStack),
      stackNamed(client, stack),
    ]);
    if (found !== undefined) {
      throw new TypeError(
        `Cannot prove ${stack}: there is such a stack in ${region}, which a proof must not touch; give another name`,
      );
    }
    // arn:<partition>:cloudformation:<region>:<account>:stack/…
    return { region, account: toolkit?.StackId?.split(":")[4] ?? "that of these credentials" };
  } finally {
    clients.close();
  }
}

function telling(
  noted: () => readonly string[],
  signal: AbortSignal | undefined,
  progress: ReturnType<typeof createTextProgress>,
  print: Print,
) {
  return {
    noted,
    ...defined({ signal }),
    onStart: ({ name }: { readonly name: string }) => progress.tell(name),
    onRow({ step, claim, outcome, seconds, seen }: Row) {
      progress.end();
      print(`${outcome.padEnd(10)} ${step.padEnd(13)} ${claim} (${seconds} s)`, colours[outcome]);
      if (outcome === "failed") print(`           ${seen}`, "red");
    },
  };
}

const colours: Readonly<Record<Row["outcome"], Colour>> = { passed: "green", failed: "red", "not tried": "yellow" };
