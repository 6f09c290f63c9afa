import type { SourceSettings } from "../lambdas/aws/source-settings.ts";
import type { Architecture } from "./build/deno-runtime.ts";

/** What differs between stages. */
export type StageConfig = {
  /** True: `cdk destroy` leaves nothing behind. False: table, queues and secrets outlive the stack. */
  readonly removeData: boolean;
  /** How long log lines are kept, in days: a value that CloudWatch Logs knows. */
  readonly logDays: 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 180 | 365;
  /** Who is told of alarms. Default: nobody; subscribe to the stage's topic yourself. */
  readonly alarmEmail?: string;
  /** A topic of your own that is told too, such as one that leads into a chat. Default: none. */
  readonly alarmTopicArn?: string;
  /**
   * Settings of sources, by source: `registeredUrl`, letter by letter, for providers that sign it (Square, HubSpot,
   * Twilio; until it stands here they are answered 503), `allowedIps` (asked after the signature), `toleranceSeconds`,
   * `bodyLimitBytes`, `livemode: "only"` (test events are ignored), `spill` (an event that its queue
   * does not take waits in the bucket and is answered 200: for providers that never retry), `expectedWithinHours`.
   * Default: none of them.
   */
  readonly sources?: Readonly<Record<string, SourceConfig>>;
  /** Which entrances are open. Default: both. */
  readonly entrances?: { readonly functionUrl?: boolean; readonly api?: boolean };
  /**
   * A domain of your own for the HTTP API; it outlives the API, as a function URL does not outlive its function.
   * Default: none.
   */
  readonly domain?: {
    readonly name: string;
    /** Of ACM, in the stage's region. */
    readonly certificateArn: string;
    /** Of Route 53; left out: you point the name at the output `DomainTarget` yourself. */
    readonly hostedZone?: { readonly id: string; readonly name: string };
  };
  /** Default: as said of each. */
  readonly verifier?: {
    /** Default: 512. */
    readonly memoryMegabytes?: number;
    /** What is kept for it of the account's, and its most. Default: none, since a new account's limit refuses it. */
    readonly reservedConcurrency?: number;
    /** Environments that are always warm, for providers that wait 3 s (Slack, Discord, Zoom). Default: none. */
    readonly provisionedConcurrency?: number;
    /** Shifts 10 % of the traffic to a new version each minute, and back where it fails. Default: false. */
    readonly gradualDeployment?: boolean;
  };
  /**
   * X-Ray traces from the delivery to its processors, of one request a second and 5 % of the rest: Lambda knows no other
   * rate, and a million traces cost 5 USD, so some 1.50 USD a million events at 10 million a month. Every log line bears
   * its trace id without them, too. Default: false.
   */
  readonly tracing?: boolean;
  /**
   * Of which share of deliveries details are logged, 0 to 1: sizes, names of headers, the time of each step, and what
   * event files say by `log.debug`; of the same ones from the delivery to its processors. Default: 0.
   */
  readonly debugShare?: number;
  /**
   * What functions run on: Lambda's Node 24, or Deno in a layer, which synth fetches by npm. Default: `nodejs24.x`.
   */
  readonly runtime?: "nodejs24.x" | "deno";
  /** Default: `arm64`. */
  readonly architecture?: Architecture;
  /** Where it is deployed. Default: what the AWS CLI is set to. */
  readonly account?: string;
  /** Default: what the AWS CLI is set to. */
  readonly region?: string;
};

/** What a stage says of one source. */
export type SourceConfig = SourceSettings & {
  /** Has an alarm ring where nothing was accepted for so many hours. Default: none. */
  readonly expectedWithinHours?: number;
};
