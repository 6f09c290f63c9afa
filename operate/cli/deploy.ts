import process from "node:process";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { stages as configured } from "../../infra/config.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { afterFailure } from "../deploy/failure.ts";
import { nextSteps } from "../deploy/next-steps.ts";
import { type Planned, preflight } from "../deploy/preflight.ts";
import { mostVersions, pruneVersions } from "../deploy/prune-versions.ts";
import { assemblyFolder, type RunCdk, runCdk, synthArgs } from "../deploy/run-cdk.ts";
import { readAssembly } from "../deploy/templates.ts";
import { type Finding, tableOf } from "../doctor/finding.ts";
import { shellWord } from "../shell-word.ts";
import { awsClients } from "../stage/aws-stage.ts";
import { findStage, type StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Colour, type Command, command, type Print } from "./command.ts";
import { checkStage } from "./stage.ts";

const help = {
  name: "deploy",
  says: "examines what a deployment would meet, deploys a stage by cdk, and says what to do next",
  takes: ["<stage>"],
  options: {
    "dry-run": { type: "boolean", says: "examine alone, and deploy nothing" },
    "require-approval": {
      type: "string",
      value: "never|any-change|broadening",
      says: "which changes cdk asks about; defaults to cdk's",
    },
    "revert-drift": { type: "boolean", says: "give back what was changed by hand as the template has it" },
    profile: { type: "string", value: "NAME", says: "the profile of the AWS configuration; defaults to AWS_PROFILE" },
  },
  more: [
    "The stage is one of infra/config.ts: dev, or the name of its stack, Hookline-dev.",
    "npx cdk deploy Hookline-dev takes every option of cdk, and deploys without the examination.",
  ],
  examples: ["dev", "prod --require-approval never"],
} as const;

/** The input of `deploy`. */
type DeployInput = Pick<StagePlaces, "awsClients" | "stages"> & {
  /** Defaults to the pinned CLI of CDK. */
  readonly cdk?: RunCdk;
  /** Where the cloud assembly is written. Defaults to where cdk writes it. */
  readonly assembly?: string;
};

/**
 * Synthesizes a stage, examines it, deploys what was examined, and prints what is to be done next. Returns 1 where something is in the
 * way, and where cdk failed.
 *
 * @throws {UsageError} For arguments that cannot be.
 */
export const deploy: Command<[given: DeployInput]> = command(
  help,
  async ({ values, taken: [word = ""], print }, given: DeployInput = {}) => {
    const stage = checkStage(word.replace(/^Hookline-/, ""));
    const stack = `Hookline-${stage}`;
    const {
      cdk = runCdk,
      assembly: folder = assemblyFolder(),
      stages = configured,
      awsClients: clientsIn = awsClients,
    } = given;
    // The SDK and cdk read it alike, unlike AWS_DEFAULT_REGION, which cdk alone reads.
    if (values.profile !== undefined) process.env.AWS_PROFILE = values.profile;
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    if (!AWS_REGION && AWS_DEFAULT_REGION) process.env.AWS_REGION = AWS_DEFAULT_REGION;
    const synth = await cdk(synthArgs(stack, folder));
    if (synth.code !== 0) {
      print(`The synth of ${stack} failed: nothing was deployed.`, "red");
      return 1;
    }
    const settings = stages[stage] ?? {};
    const clients = clientsIn(settings.region);
    try {
      const { profile } = values;
      const planned = { stack, assembly: readAssembly(folder, stack), settings, clients, profile };
      if (!(await isClear(planned, print))) return 1;
      if (values["dry-run"]) return 0;
      const { "revert-drift": reverts, "require-approval": approval } = values;
      const options = [...(reverts ? ["--revert-drift"] : []), ...(approval ? ["--require-approval", approval] : [])];
      const deployed = await cdk(["deploy", stack, "--app", folder, ...options]);
      if (deployed.code !== 0) {
        await tellFailure(planned, deployed.signal, print);
        return 1;
      }
    } finally {
      clients.close();
    }
    await tellNext(stage, values.profile, given, print);
    return 0;
  },
);

async function isClear(planned: Planned, print: Print): Promise<boolean> {
  const findings = await preflight(planned);
  printFindings(findings, print);
  const failed = findings.filter(({ state }) => state === "FAIL").length;
  if (failed === 0) {
    print("Nothing stands in the way.");
    return true;
  }
  print(`${failed} of ${findings.length} stand in the way: nothing was deployed.`, "red");
  print(`Where you know better: npx cdk deploy ${planned.stack} deploys without this examination.`);
  return false;
}

async function tellFailure(planned: Planned, signal: string | null, print: Print): Promise<void> {
  const why = signal === null ? "failed" : "was interrupted: what CloudFormation has begun goes on";
  print(`The deployment of ${planned.stack} ${why}.`, "red");
  try {
    const found = await afterFailure(planned);
    printFindings(
      found.map((one) => ({ check: "then", ...one })),
      print,
    );
  } catch (error) {
    print(`Its stack could not be asked: ${errorText(error)}`);
  }
  print("infra/RUNBOOK.md, The first deploy failed, has the cases that remain.");
}

async function tellNext(stage: string, profile: string | undefined, given: DeployInput, print: Print): Promise<void> {
  // The other commands have no option for it.
  const by = profile === undefined ? "" : `AWS_PROFILE=${shellWord(profile)} `;
  try {
    const found = await findStage({ stage }, defined({ awsClients: given.awsClients, stages: given.stages }));
    try {
      await prune(found, print);
      const steps = await nextSteps(found);
      print("Next:");
      for (const { says, command: typed } of steps) {
        print(`  ${says}`);
        if (typed !== undefined) print(`    ${by}${typed}`);
      }
    } finally {
      found.clients.close();
    }
  } catch (error) {
    print(`The stage is deployed. The next steps could not be asked for: ${errorText(error)}`, "yellow");
    print(`  ${by}npm run doctor -- ${stage}`);
  }
}

/** Nothing is lost where it fails: the next deployment removes what is left. */
async function prune({ aws, clients }: Stage, print: Print): Promise<void> {
  if (aws === undefined || aws.verifier === "") return;
  try {
    const gone = await pruneVersions(clients.of("lambda", LambdaClient), aws.verifier);
    if (gone.length === 0) return;
    const which = gone.length === 1 ? `version ${gone[0]} is` : `versions ${gone.join(", ")} are`;
    print(`Of the verifier, ${which} removed: the last ${mostVersions} stay for a rollback.`);
  } catch (error) {
    print(`Old versions of the verifier could not be removed: ${errorText(error)}`, "yellow");
  }
}

function printFindings(findings: readonly Finding[], print: Print): void {
  for (const [line, state] of tableOf(findings)) print(line, colours[state]);
}

const colours: Readonly<Partial<Record<Finding["state"], Colour>>> = { FAIL: "red", warn: "yellow" };
