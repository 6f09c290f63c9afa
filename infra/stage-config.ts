import type { SourceSettings } from "../lambdas/aws/source-settings.ts";
import type { Architecture } from "./build/deno-runtime.ts";

/** The options of a stage. */
export type StageConfig = {
  /** True: `cdk destroy` leaves nothing behind. False: table, queues and secrets outlive the stack. */
  readonly removeData: boolean;
  /** The retention of log lines in days, one of the values that CloudWatch Logs takes. */
  readonly logDays: 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 180 | 365;
  /** The address that alarms are sent to. Defaults to none; subscribe to the stage's topic yourself. */
  readonly alarmEmail?: string;
  /** A further topic that gets the alarms, such as one that posts to a chat. Defaults to none. */
  readonly alarmTopicArn?: string;
  /** `"none"`: nobody is told of alarms, though the stage keeps its data. Defaults to an error where nobody would be told. */
  readonly alarmTarget?: "none";
  /**
   * Every alarm, or the few that a stage needs where nobody is on call: events in a DLQ, events that a processor runs after half of
   * their 7 days, deliveries that are rejected or throttled, secrets that are unusable, and a canary that fails. The few tell of no queue that nobody takes from
   * (a paused processor, one that cannot start), nor of the spill. Defaults to `"all"`.
   */
  readonly alarms?: "all" | "few";
  /**
   * Whether the stage posts to itself each five minutes, as a provider would, and raises an alarm where the answer is wrong or
   * missing. docs/cost.md says what it costs. Defaults to true.
   */
  readonly canary?: boolean;
  /**
   * The name of a table that holds the records in place of the stack's own: one that was restored from a backup. Its time to live
   * must be on, for `ex`. Defaults to a table of the stack.
   */
  readonly table?: string;
  /** Settings of sources, by source. Defaults to none. */
  readonly sources?: Readonly<Record<string, SourceConfig>>;
  /**
   * Where accepted and ignored events are kept for `events` and `replay`, payloads included: for so many days, or `false` for
   * no archive. Defaults to 14 days.
   */
  readonly archive?: { readonly days: number } | false;
  /** Which entrances are open; one at least. Defaults to both. */
  readonly entrances?: {
    /** The function URL. Defaults to true. */
    readonly functionUrl?: boolean;
    /** The HTTP API of API Gateway. Defaults to true. */
    readonly api?: boolean;
    /**
     * The most requests that the HTTP API lets through, as AWS's token bucket counts them; it answers the rest with 429, which
     * is no answer of ours: a stranger's junk can use up what a provider's deliveries need, and a provider that does not retry
     * after 429 loses its delivery. The function URL has none. Defaults to none, the limits of the account.
     */
    readonly throttle?: {
      /** The requests a second that may go on for ever. */
      readonly ratePerSecond: number;
      /** The size of the bucket: the requests that may come at once. */
      readonly burst: number;
    };
  };
  /**
   * A domain of your own for the HTTP API; it outlives the API, as a function URL does not outlive its function.
   * Defaults to none.
   */
  readonly domain?: {
    /** The name: `hooks.example.com`. */
    readonly name: string;
    /** The ARN of a certificate of ACM in the stage's region. */
    readonly certificateArn: string;
    /** The zone of Route 53 that gets the record. Without it you point the name at the output `DomainTarget` yourself. */
    readonly hostedZone?: {
      /** Its id in Route 53. */
      readonly id: string;
      /** Its name, which the domain's ends in. */
      readonly name: string;
    };
  };
  /** Settings of the verifier's function. The default of each is at its option. */
  readonly verifier?: {
    /** The memory of the verifier. Defaults to 512. */
    readonly memoryMegabytes?: number;
    /** Reserved concurrency, which is also the maximum. Defaults to none, since a new account's limit refuses it. */
    readonly reservedConcurrency?: number;
    /** Environments that are always warm, for providers that wait 3 s (Slack, Discord, Zoom). Defaults to none. */
    readonly provisionedConcurrency?: number;
    /** Shifts 10 % of the traffic to a new version each minute, and back if it fails. Defaults to false. */
    readonly gradualDeployment?: boolean;
  };
  /**
   * X-Ray traces from the delivery to its processors, of one request a second and 5 % of the rest: Lambda knows no other
   * rate, and a million traces cost 5 USD: some 1.50 USD a million events at 10 million a month. Every log line has its
   * trace id without them, too. Defaults to false.
   */
  readonly tracing?: boolean;
  /**
   * The share of deliveries whose details are logged, 0 to 1: sizes, names of headers, the time of each step, and the
   * `log.debug` lines of event files, for the same deliveries in verifier and processors. Defaults to 0.
   */
  readonly debugShare?: number;
  /**
   * Whether the command `send` and the page sign events with the secrets of this stage and post them to it. Event files run for
   * real, so a stage of production should not allow it. It counts once the stage is deployed. Defaults to false.
   */
  readonly allowSend?: boolean;
  /**
   * The runtime of the functions: Lambda's Node 24, or Deno in a layer, which synth fetches by npm. Defaults to
   * `nodejs24.x`.
   */
  readonly runtime?: "nodejs24.x" | "deno";
  /** The processor that the functions run on. Defaults to `arm64`. */
  readonly architecture?: Architecture;
  /** The account to deploy to. Defaults to the setting of the AWS CLI. */
  readonly account?: string;
  /** The region to deploy to. Defaults to the setting of the AWS CLI. */
  readonly region?: string;
};

/** The settings of one source in a stage. */
export type SourceConfig = SourceSettings & {
  /** Raises an alarm when no event was accepted for so many hours. Defaults to none. */
  readonly expectedWithinHours?: number;
};
