import {
  type Checking,
  call,
  checkOptions,
  flag,
  having,
  number,
  type Option,
  required,
  type TableOf,
  text,
  whole,
  wrong,
} from "./checks/options.ts";
import { isObject, isRecord } from "./events/strict-json.ts";
import type { DedupeStore } from "./ingress/dedupe-store.ts";
import type { EventQueue } from "./ingress/event-queue.ts";
import { isBasePath, isSourceName } from "./ingress/source-path.ts";
import type { Log } from "./log.ts";
import type { InlineOptions } from "./processing/inline.ts";
import type { AdmitOptions, Source } from "./source.ts";

/** The options of every receiver: its sources, by name. */
export type CommonOptions = AdmitOptions & {
  /** The clock, for tests. Defaults to the system's. */
  readonly now?: () => Date;
  /** Gets every log entry. Defaults to errors alone, to `console.error`. */
  readonly log?: Log;
};

/** A receiver that hands events to queues. */
export type ReceiverOptions = CommonOptions & {
  /** Where ingress records are kept. */
  readonly dedupe: DedupeStore;
  /** Where events go. */
  readonly queue: EventQueue;
  readonly handlers?: never;
  readonly onUnhandledEvent?: never;
  readonly processing?: never;
};

/** A receiver that runs handlers at once. */
export type InlineReceiverOptions<Payloads = Record<string, unknown>> = CommonOptions &
  InlineOptions<Payloads> & { readonly dedupe?: never; readonly queue?: never };

const provider: Option = {
  expected: "a provider of @hookline/hookline/providers, or one that defineProvider made",
  fits: (value) => isObject(value) && "verification" in value && "events" in value,
};
const secrets: Option = { ...call, expected: "a function that gives every secret that is valid: async () => [secret]" };
const bodyLimitBytes = whole(1);

/** The options of a source. */
export const sourceTable: TableOf<Source> = {
  provider: required(provider),
  secrets: required(secrets),
  url: text,
  toleranceSeconds: number(0, 604_800),
  bodyLimitBytes,
  allows: call,
  liveOnly: flag,
  fetch: call,
  keep: call,
};

/** The options of every receiver, and of the middleware `verification`. */
export const commonTable: TableOf<CommonOptions> = {
  sources: required({ expected: "an object of sources by name: { github: { provider, secrets } }", fits: isRecord }),
  basePath: {
    expected: '"" or a path that begins with "/" and ends without, as "/api/webhooks"',
    fits: isBasePath,
    tellsText: true,
  },
  bodyLimitBytes,
  now: call,
  log: call,
};

/** Where ingress records are kept, and where events go. */
export const queueTable: TableOf<Pick<ReceiverOptions, "dedupe" | "queue">> = {
  dedupe: having("a store of ingress records", "claim", "read", "mark", "reopen"),
  queue: having("queues", "wants", "send"),
};

/** The options of a receiver: those of every one, and either `queueTable` or handlers. */
export const receiverTable: TableOf<ReceiverOptions & InlineReceiverOptions> = {
  ...commonTable,
  ...queueTable,
  handlers: { expected: "an object of handlers by type: { push: async ({ payload }) => {} }", fits: isRecord },
  onUnhandledEvent: { expected: "a function or a processor", fits: () => true },
  processing: having("a store of processing records", "claim", "read", "end"),
};

export const receiver: Checking = { doing: "create receiver" };

/**
 * @throws {TypeError} When an option is missing, not known, or not what it has to be. No value of a secret is told.
 * @throws {RangeError} When a number is out of its range.
 */
export function checkReceiver(given: object): void {
  checkOptions(receiverTable, given, receiver);
  const { sources, ...others } = given as Readonly<Record<string, unknown>>;
  checkSources(sources as object, receiver);
  checkWay(others, ways);
}

/**
 * @throws {TypeError} When a source's name is not fit for a path, or one of its options is missing, not known, or not what
 * it has to be.
 * @throws {RangeError} When a number is out of its range.
 */
export function checkSources(sources: object, checking: Checking): void {
  for (const [name, source] of Object.entries(sources)) {
    if (!isSourceName(name)) {
      throw new TypeError(
        `Cannot ${checking.doing}: a source is named in lower-case letters, digits and "-", received "${name}"`,
      );
    }
    if (!isObject(source)) throw wrong(`sources["${name}"]`, "{ provider, secrets }", source, checking);
    checkOptions(sourceTable, source, checking, `sources["${name}"].`);
  }
}

/** Options that are given together. */
const ways = ["dedupe, queue", "handlers, processing", "handlers, onUnhandledEvent, processing"];

/** The same for a receiver of one source, which has records of its own. */
export const waysOfOneSource: readonly string[] = [...ways, "handlers", "handlers, onUnhandledEvent"];

/** @throws {TypeError} When what is given makes neither a receiver with queues nor one with handlers. */
export function checkWay(given: Readonly<Record<string, unknown>>, ways: readonly string[]): void {
  const parts = ["dedupe", "queue", "handlers", "onUnhandledEvent", "processing"];
  const found = parts.filter((part) => given[part] !== undefined).join(", ");
  if (ways.includes(found)) return;
  throw new TypeError(
    `Cannot ${receiver.doing}: it takes either dedupe and queue, or handlers and processing, received ${found || "neither"}`,
  );
}
