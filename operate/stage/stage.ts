import type { AlarmTarget, DeployedEvent } from "../../infra/receiver-facts.ts";
import type { LocalRun } from "../../local/local-run.ts";
import { nameRefusals, type WatchedClient } from "./refused-call.ts";

/** The stage that is wanted: one on AWS by its name or its stack, or, where neither is given, that of the local run. */
export type WantedStage = {
  /** With `stack`, the receiver of this stage in it. */
  readonly stage?: string | undefined;
  /** A deployed stack with a `WebhookReceiver`. Defaults to `Hookline-<stage>`. */
  readonly stack?: string | undefined;
  /** Defaults to that of the stage in `infra/config.ts`, then to the SDK's. */
  readonly region?: string | undefined;
  /** The local run and nothing else. */
  readonly local?: boolean;
};

/** A stage that is there: all that its commands need. */
export type Stage = {
  readonly name: string;
  /** Its place in words: `Stage dev in the local run`. */
  readonly place: string;
  /** The words that name it in a command; none for the local run. */
  readonly words: readonly string[];
  /** The address to give to providers, before the source's name; without a slash at its end. */
  readonly url: string;
  readonly table: string;
  /** The bucket of large bodies, the spill and the archive; empty where an earlier version was deployed. */
  readonly bucket: string;
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly events: readonly DeployedEvent[];
  /** Whether its processors know a copy with a replay's id. */
  readonly replays: boolean;
  /** Whether signed samples may be sent to it: to the local run, and to a stage that was deployed with `allowSend: true`. */
  readonly allowSend: boolean;
  /** Where its alarms go that go to no address. */
  readonly alarmTarget?: AlarmTarget;
  /** The hours within which an event of a source is expected, by source. A local run expects none. */
  readonly expectedWithinHours?: Readonly<Record<string, number>>;
  /** The local run, where it is that; else it is on AWS. */
  readonly run?: LocalRun;
  /** The parts on AWS that have names of their own: the stack, the verifier's function, and the ARN of the alarms' topic. */
  readonly aws?: { readonly stack: string; readonly verifier: string; readonly topic: string };
  readonly clients: Clients;
};

/** The region of a stage on AWS, by the ARN of its topic: `arn:<partition>:sns:<region>:<account>:<name>`. */
export function regionOf(aws: Stage["aws"]): string | undefined {
  return aws?.topic.split(":")[3];
}

/** The services of AWS that commands ask. */
type Service =
  | "cloudformation"
  | "cloudwatch"
  | "dynamodb"
  | "lambda"
  | "logs"
  | "s3"
  | "secretsmanager"
  | "sns"
  | "sqs";

/** The settings of a client of the SDK; absent ones are the SDK's. */
type ClientSettings = {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly useQueueUrlAsEndpoint?: false;
};

type Client = WatchedClient & { destroy(): void };

/** Makes clients of the SDK for one stage, and ends them together. */
export type Clients = {
  of<Made extends Client>(service: Service, Client: new (settings: ClientSettings) => Made): Made;
  close(): void;
};

/** @param settingsOf The settings of a service's client. Each service has one client: a page asks for it again and again. */
export function createClients(settingsOf: (service: Service) => ClientSettings): Clients {
  const made = new Map<Service, Client>();
  return {
    of<Made extends Client>(service: Service, Client: new (settings: ClientSettings) => Made): Made {
      const known = made.get(service);
      if (known !== undefined) return known as Made;
      const client = new Client(settingsOf(service));
      nameRefusals(client, service);
      made.set(service, client);
      return client;
    },
    close: () => made.forEach((client) => void client.destroy()),
  };
}
