import process from "node:process";
import { queueSuffix } from "../../infra/build/event-files.ts";
import { type DeployedEvent, factsKey, type ReceiverFacts } from "../../infra/receiver-facts.ts";
import type { VerifierFacts } from "../../lambdas/aws/facts.ts";
import type { Invocable } from "../../local/lambda/invocations.ts";
import type { LocalRun } from "../../local/local-run.ts";
import type { AwsClients } from "../../operate/stage/aws-stage.ts";

/** An event type as it is deployed, by its name. */
export function deployed(name: string, options: DeployedEvent["options"] = {}): DeployedEvent {
  const [source = "", ...rest] = name.split("/");
  const type = rest.join("/");
  const types = type === "_other" ? [] : [type];
  return { source, type, name, queue: queueSuffix(source, type), types, options };
}

/** What `local.json` says of a run in this process, which has nothing. */
export function localRun(given: Partial<LocalRun>): LocalRun {
  const nowhere = "http://127.0.0.1:1";
  return {
    ...{ pid: process.pid, stage: "dev", region: "us-east-1", accessKeyId: "local" },
    ...{ functionUrl: nowhere, apiUrl: nowhere, lambda: nowhere, counts: nowhere, deliveries: nowhere },
    endpoints: { dynamodb: nowhere, sqs: nowhere, s3: nowhere, secretsmanager: nowhere },
    ...{ verifier: "verifier", outbox: "", table: "", bucket: "", sources: {}, events: [] },
    ...given,
  };
}

/** The facts that a verifier of these event types says. */
export function verifierFacts(events: readonly DeployedEvent[], given: Partial<VerifierFacts> = {}): VerifierFacts {
  const routed = events.filter(({ options }) => options.retired !== true);
  return {
    sources: Object.fromEntries(events.map(({ source }) => [source, source])),
    routes: routed.map(({ source, types, queue }) => ({ source, types, queue })),
    ...{ table: "records", bucket: "archived", archive: "archive" },
    settings: {},
    formats: { keys: "v1", envelope: "v1", replays: "v1" },
    ...given,
  };
}

/** The functions of a local run that has nothing but a verifier of these event types. */
export function verifierAlone(events: readonly DeployedEvent[]): Invocable {
  return new Map([["verifier", { invoke: async () => ({ ok: true, payload: verifierFacts(events) }) }]]);
}

/** A stack with one receiver, as CloudFormation knows it. */
export type FakeStack = Omit<ReceiverFacts, "outputs"> & {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly account?: string;
};

/** CloudFormation's answers about one stack, by the name of the command. */
export function stackAnswers({ outputs = {}, account = "123456789012", ...facts }: FakeStack) {
  const keys = Object.fromEntries(Object.keys(outputs).map((name) => [name, `Webhooks${name}0A1B2C3D`]));
  return {
    DescribeStacksCommand: ({ StackName }: Readonly<Record<string, unknown>>) => ({
      Stacks: [
        {
          StackId: `arn:aws:cloudformation:eu-west-1:${account}:stack/${StackName}/1`,
          Outputs: Object.entries(outputs).map(([name, OutputValue]) => ({ OutputKey: keys[name], OutputValue })),
        },
      ],
    }),
    GetTemplateSummaryCommand: { Metadata: JSON.stringify({ [factsKey(facts.stage)]: { ...facts, outputs: keys } }) },
  };
}

/** Clients of AWS: of CloudFormation, which knows one stack, and the given ones for other services. */
export function fakeAws(stack: FakeStack, clients: Readonly<Record<string, unknown>> = {}): AwsClients {
  const answers = stackAnswers(stack);
  const send = async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
    const answer = answers[command.constructor.name as keyof typeof answers];
    return typeof answer === "function" ? answer(command.input) : answer;
  };
  return () => ({
    of<Made>(service: string): Made {
      const client = service === "cloudformation" ? { send } : clients[service];
      if (client === undefined) throw new TypeError(`${service} was not expected`);
      return client as Made;
    },
    close() {},
  });
}
