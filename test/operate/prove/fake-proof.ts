import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudFormationServiceException } from "@aws-sdk/client-cloudformation";
import { ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { QueueDoesNotExist } from "@aws-sdk/client-sqs";
import { factsKey } from "../../../infra/receiver-facts.ts";
import { isUnset } from "../../../lambdas/core/verify/unset-secret.ts";
import { cdkCall } from "../../../operate/deploy/run-cdk.ts";
import { placed, readAssembly } from "../../../operate/deploy/templates.ts";
import { appCommand, type Call, type Ran, runProgram } from "../../../operate/prove/programs.ts";
import type { AwsClients } from "../../../operate/stage/aws-stage.ts";

export const account = "123456789012";
const region = "eu-west-1";

/** The app of the proof, synthesized once by the pinned CLI of CDK, from a folder whose name has a space. */
export async function synthesizeProof() {
  const folder = mkdtempSync(join(tmpdir(), "hookline proof-app-"));
  const assembly = join(folder, "cdk.out");
  const command = appCommand("proof", join(folder, "bundles"), 1);
  const words = ["synth", "Hookline-proof", "--quiet", "--output", assembly, "--app", command];
  const { code, stdout, stderr } = await runProgram(cdkCall(words));
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
  return { assembly, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An account in which nothing is deployed, and the programs that deploy to it and ask it: it answers as each should. */
export function fakeProof(assembly: string) {
  const state = {
    /** The stack is there. */
    isDeployed: false,
    version: 0,
    live: "0",
    mapping: "Enabled",
    isDead: false,
    canary: "whsec_canary",
    secret: "",
    /** Answers of a program in place of those here, by the words that it begins with. */
    answers: {} as Record<string, () => Partial<Ran> | undefined>,
  };
  const ran: string[] = [];
  const calls: { readonly service: string; readonly command: string; readonly input: Input }[] = [];
  const done = (stdout: string | object = "", code = 0): Ran => {
    return { code, stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout), stderr: "" };
  };

  function cdk([word = "", ...words]: readonly string[]): Ran {
    const option = (name: string) => words[words.indexOf(name) + 1] ?? "";
    if (word === "synth") {
      cpSync(assembly, option("--output"), { recursive: true });
      return done();
    }
    if (word === "destroy") state.isDeployed = false;
    if (word === "drift") return done("AWS::Lambda::EventSourceMapping differs", state.mapping === "Enabled" ? 0 : 1);
    if (word !== "deploy") return done();
    if (words.includes("--revert-drift")) state.mapping = "Enabled";
    const wanted = option("--app").endsWith("-2") ? 2 : 1;
    if (state.isDeployed && state.version === wanted) return done("Hookline-proof (no changes)");
    Object.assign(state, { isDeployed: true, version: wanted, live: String(wanted) });
    return done();
  }

  const sent = new Set<string>();
  function hookline(words: readonly string[], input = ""): Ran {
    const [name = "", first = ""] = words;
    const option = (one: string) => words[words.indexOf(one) + 1] ?? "";
    const id = option("--id");
    switch (name) {
      case "secret":
        state.secret = input;
        return done("stored");
      case "measure": {
        const starts = { environments: 3, median: 310, slowest: 400 };
        return done({ acknowledged: 50, times: { p50: 20, p95: 40, p99: 600, slowest: 700 }, starts });
      }
      case "send": {
        if (words.includes("--tamper")) return done({ status: 401, outcome: "signature-wrong" }, 1);
        const outcome = sent.has(id) ? "duplicate" : "accepted";
        sent.add(id);
        if (first === "prove/fails-first") state.isDead = true;
        return done({ status: 200, outcome });
      }
      case "events":
        return done({ id, state: "done", key: "v1#key", processors: [{ attempts: 2 }] });
      case "doctor":
        return done({ findings: [{ check: "alarm subscription", state: "warn", says: "none" }] }, 0);
      case "check-endpoint":
        return done(input === state.secret ? { passed: 17, failed: 0, findings: [] } : { failed: 1, findings: [] });
      case "dlq":
        if (first === "redrive") state.isDead = false;
        return first === "list" && state.isDead ? done({ id, reason: "PermanentError: wanted" }) : done();
      case "replay":
        return done(
          `${JSON.stringify({ plan: {} })}\n${JSON.stringify({ id: "replay-1", sent: 1, dead: 0, state: "done" })}`,
        );
      case "rollback":
        state.live = option("--to");
        return done();
      default:
        throw new TypeError(`${name} was not expected`);
    }
  }

  const run = async ({ args, input }: Call): Promise<Ran> => {
    const at = args.findIndex((word) => word.endsWith("operate/cli/hookline.ts"));
    const isHookline = at >= 0;
    const own = isHookline
      ? args.slice(at + 1)
      : args.slice(args.findIndex((word) => /^(synth|deploy|drift|destroy)$/.test(word)));
    const text = `${isHookline ? "" : "cdk "}${own.join(" ")}`;
    ran.push(text);
    const answer = Object.entries(state.answers).find(([words]) => text.startsWith(words))?.[1]();
    return answer === undefined ? (isHookline ? hookline(own, input) : cdk(own)) : { ...done(), ...answer };
  };

  const awsClients: AwsClients = () => ({
    of<Made>(service: string): Made {
      const send = async (command: { readonly input: Input }) => {
        calls.push({ service, command: command.constructor.name, input: command.input });
        return answerOf(command.constructor.name, command.input);
      };
      return { send, config: { region: async () => region } } as Made;
    },
    close() {},
  });

  const templates = readAssembly(assembly, "Hookline-proof");
  const { facts } = templates;
  const resourceNamed = (property: string, name: string | undefined) =>
    [...placed(templates).values()].find(({ Properties }) => Properties?.[property] === name)?.Properties;
  const outputs = {
    ...{ FunctionUrl: "https://url.example/", ApiUrl: "https://api.example" },
    ...{ TableName: "Hookline-proof-Table", BucketName: "hookline-proof-bucket" },
    ...{ VerifierName: "Hookline-proof-Verifier", AlarmTopic: `arn:aws:sns:${region}:${account}:Hookline-proof-Topic` },
  };

  function answerOf(command: string, input: Input): object {
    switch (command) {
      case "DescribeStacksCommand":
        return describeStack(input.StackName ?? "");
      case "GetTemplateSummaryCommand":
        return { Metadata: JSON.stringify({ [factsKey("proof")]: facts }) };
      case "GetAccountSettingsCommand":
        return { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } };
      case "GetQueueUrlCommand":
        if (state.isDeployed && resourceNamed("QueueName", input.QueueName) !== undefined)
          return { QueueUrl: `https://sqs/${input.QueueName}` };
        throw new QueueDoesNotExist({ message: "no queue", $metadata: {} });
      case "GetQueueAttributesCommand":
        return {
          Attributes: { QueueArn: `arn:aws:sqs:${region}:${account}:${String(input.QueueUrl).split("/").at(-1)}` },
        };
      case "DescribeSecretCommand":
        throw new ResourceNotFoundException({ message: "no secret", $metadata: {} });
      case "GetSecretValueCommand":
        return { SecretString: state.canary };
      case "PutSecretValueCommand":
        state.canary = input.SecretString ?? "";
        return {};
      case "DescribeAlarmsCommand":
        return { MetricAlarms: (input.AlarmNames as unknown as readonly string[] | undefined)?.flatMap(alarms) ?? [] };
      case "GetMetricDataCommand": {
        const { MetricDataQueries } = input as unknown as {
          MetricDataQueries: readonly { MetricStat: { Metric: { MetricName: string } } }[];
        };
        const name = MetricDataQueries[0]?.MetricStat.Metric.MetricName;
        return { MetricDataResults: [{ Values: name === "Errors" ? [0] : [2, 1] }] };
      }
      case "BatchGetItemCommand": {
        const [[table = "", { Keys = [] } = {}] = []] = Object.entries(
          (input as unknown as { RequestItems: Record<string, { Keys: { pk: { S: string } }[] }> }).RequestItems,
        );
        return { Responses: { [table]: Keys.map(({ pk }) => ({ pk, st: { S: "done" } })) } };
      }
      case "ListAliasesCommand":
        return { Aliases: [{ Name: "live", FunctionVersion: state.live }] };
      case "ListEventSourceMappingsCommand":
        return { EventSourceMappings: [{ UUID: "archive-mapping", State: state.mapping }] };
      case "UpdateEventSourceMappingCommand":
        state.mapping = "Disabled";
        return {};
      default:
        return {};
    }
  }

  function describeStack(name: string): object {
    const StackId = `arn:aws:cloudformation:${region}:${account}:stack/${name}/1`;
    if (name === "CDKToolkit") {
      return { Stacks: [{ StackId, Outputs: [{ OutputKey: "BootstrapVersion", OutputValue: "30" }] }] };
    }
    if (!state.isDeployed) {
      const metadata = { $fault: "client", $metadata: {}, name: "ValidationError" } as const;
      throw new CloudFormationServiceException({ ...metadata, message: `Stack with id ${name} does not exist` });
    }
    const Outputs = Object.entries(outputs).map(([key, OutputValue]) => {
      return { OutputKey: facts.outputs[key] ?? key, OutputValue };
    });
    return { Stacks: [{ StackId, Outputs, StackStatus: "CREATE_COMPLETE" }] };
  }

  /** None where the stack has no alarm of this name. */
  function alarms(AlarmName: string): readonly object[] {
    const declared = resourceNamed("AlarmName", AlarmName);
    if (declared === undefined) return [];
    const isRaised = AlarmName.endsWith("canary-failed") ? isUnset(state.canary) : state.isDead;
    return [{ AlarmName, StateValue: isRaised ? "ALARM" : "OK", Metrics: declared.Metrics }];
  }

  return { state, ran, calls, given: { run, awsClients } };
}

type Input = Readonly<Record<string, string | undefined>>;
