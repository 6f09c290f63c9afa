import { defined } from "./bytes/defined.ts";
import { checkOptions, type Option, required, type TableOf, wrong } from "./checks/options.ts";
import { isObject, isRecord } from "./events/strict-json.ts";
import type { Admission } from "./ingress/find-source.ts";
import { report } from "./log.ts";
import { createMemoryProcessing } from "./memory-processing.ts";
import type { InlineOptions } from "./processing/inline.ts";
import type { ProcessingStore } from "./processing/processing-store.ts";
import {
  type CommonOptions,
  checkReceiver,
  checkWay,
  commonTable,
  type InlineReceiverOptions,
  type ReceiverOptions,
  receiver,
  receiverTable,
  sourceTable,
  waysOfOneSource,
} from "./receiver-options.ts";
import type { Source, Sources } from "./source.ts";

/** One secret, a list of all valid secrets, or a function that returns them when they are needed. */
export type Secret =
  | string
  | readonly string[]
  | (() => string | readonly string[] | Promise<string | readonly string[]>);

/** One source, whose deliveries may have any path. */
export type OneSource = Omit<Source, "secrets"> &
  Pick<CommonOptions, "now" | "log"> & {
    /** The secret. During a rotation, the old and the new one as a list. */
    readonly secret: Secret;
  };

const inMemory =
  "A restart forgets which events ran, and other processes do not know: they run again then. Give createReceiver a store: processing";

const secret: Option = {
  expected: "a text, a list of texts, or a function that gives one of them",
  fits: (value) => typeof value === "function" || isSecret(value),
  isSecret: true,
};

const { secrets: _, provider, ...ofSource } = sourceTable;

const { sources: ___, basePath: ____, ...withoutPaths } = receiverTable;

/** The options of one source. */
export const oneSourceTable: TableOf<OneSource> = {
  provider,
  secret: required(secret),
  ...ofSource,
  now: commonTable.now,
  log: commonTable.log,
};

/** A receiver of one source, with queues or with handlers. */
export type OneSourceReceiverOptions<Payloads = Record<string, unknown>> = OneSource &
  (
    | Pick<ReceiverOptions, "dedupe" | "queue" | "handlers" | "onUnhandledEvent" | "processing">
    | (Omit<InlineOptions<Payloads>, "processing"> & {
        /** Keeps one record for each event and handler. Defaults to records in memory: a restart forgets them. */
        readonly processing?: ProcessingStore;
        readonly dedupe?: never;
        readonly queue?: never;
      })
  );

/** The options of either kind of receiver, checked. */
export type ResolvedReceiver<Payloads> = (ReceiverOptions | InlineReceiverOptions<Payloads>) & Admission;

/** The options of a receiver of one source. */
export const oneSourceReceiverTable: TableOf<
  OneSource & Omit<ReceiverOptions & InlineReceiverOptions, "sources" | "basePath">
> = {
  ...oneSourceTable,
  ...withoutPaths,
};

/**
 * @throws {TypeError} When an option is missing, not known, or not what it has to be. No value of a secret is told.
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveReceiver<Payloads>(
  given: ReceiverOptions | InlineReceiverOptions<Payloads> | OneSourceReceiverOptions<Payloads>,
): ResolvedReceiver<Payloads> {
  const isOne = isObject(given) && "provider" in given && (given.provider !== undefined || !("sources" in given));
  if (!isOne) {
    checkReceiver(given);
    return given as ResolvedReceiver<Payloads>;
  }
  const options: OneSourceReceiverOptions<Payloads> = given;
  if (!isRecord(options)) throw wrong("its options", "a plain object", options, receiver);
  checkOptions(oneSourceReceiverTable, options, receiver);
  checkWay(options as object as Readonly<Record<string, unknown>>, waysOfOneSource);
  const { dedupe, queue, handlers, onUnhandledEvent, processing, ...source } = options;
  const common = {
    sources: toSources(source),
    anyPath: true,
    ...defined({ now: source.now, log: source.log }),
  } as const;
  if (queue !== undefined) return { ...common, dedupe, queue };
  const kept = processing ?? createMemoryProcessing();
  if (processing === undefined)
    report(source.log, { level: "error", step: "process", kind: "records in memory", text: inMemory });
  return { ...common, handlers, processing: kept, ...defined({ onUnhandledEvent }) };
}

/** The one source, under its provider's name, with which the keys of records begin. */
export function toSources({ secret, now: _, log: __, ...source }: OneSource): Sources {
  const secrets = async () => {
    const given = typeof secret === "function" ? await secret() : secret;
    return typeof given === "string" ? [given] : given;
  };
  return { [source.provider.name]: { ...source, secrets } };
}

function isSecret(value: unknown): value is string | readonly string[] {
  return typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
}
