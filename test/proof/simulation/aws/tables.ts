import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { createDedupeTable } from "../../../../lambdas/aws/dynamodb/dedupe-table.ts";
import { createProcessingTable } from "../../../../lambdas/aws/dynamodb/processing-table.ts";
import type { DedupeStore, IngressRecord, ProcessingStore } from "../../../../lambdas/core/mod.ts";
import { createMemoryDedupe, createMemoryProcessing, type MemoryProcessingRecord } from "../../../core/memory.ts";
import { watchIngress } from "../promises/ingress-watch.ts";
import type { Journal } from "../promises/journal.ts";
import { watchProcessing } from "../promises/processing-watch.ts";
import type { Perform } from "./calls.ts";
import { createDynamoDbClient } from "./dynamodb-client.ts";
import type { Item } from "./expressions.ts";
import { performedDedupe, performedProcessing } from "./ports.ts";

/** Where records are kept: `ports` goes wrong at the ports themselves, `dynamodb` below our adapters. */
export type TableKind = "ports" | "dynamodb";

export type Tables = {
  readonly dedupe: DedupeStore;
  readonly store: ProcessingStore;
  readonly ingress: Map<string, IngressRecord>;
  readonly processed: Map<string, MemoryProcessingRecord>;
  /** When the lease of a processing record was taken, where it lasts. */
  readonly heldSince: (key: string) => number | undefined;
};

/** The stores of a stack, every change of a record watched. */
export function createTables(
  kind: TableKind,
  given: {
    readonly perform: Perform;
    readonly journal: Journal;
    readonly now: () => number;
    readonly lagMilliseconds: number;
    readonly missing: (key: string) => readonly string[];
  },
): Tables {
  const { perform, journal, now } = given;
  const ingress = createMemoryDedupe();
  const processing = createMemoryProcessing();
  const runs = watchProcessing(processing.records, journal, now);
  const forget = {
    in: watchIngress(ingress.records, journal, given).expire,
    ev: runs.expire,
  };
  const isGone = (record?: { readonly expires: Date }) =>
    record !== undefined && record.expires.getTime() + given.lagMilliseconds < now();
  const records = { ingress: ingress.records, processed: processing.records, heldSince: runs.heldSince };
  if (kind === "ports") {
    const dedupe = performedDedupe(ingress, perform, (all, key) => void (isGone(all.get(key)) && forget.in(key)));
    const store = performedProcessing(processing, perform, (all, key) => void (isGone(all.get(key)) && forget.ev(key)));
    return { ...records, dedupe, store };
  }
  const items = new Map<string, Item>();
  const client = createDynamoDbClient(
    {
      get(pk) {
        const item = items.get(pk);
        if (item === undefined || !isGone({ expires: secondsOf(item.ex) })) return item;
        items.delete(pk);
        forget[pk.startsWith("in#") ? "in" : "ev"](pk.slice(3));
        return undefined;
      },
      set(pk, item) {
        items.set(pk, item);
        // Those who watch and ask read the records as they are in memory.
        if (pk.startsWith("in#")) ingress.records.set(pk.slice(3), ingressOf(item));
        else processing.records.set(pk.slice(3), processingOf(item));
      },
    },
    perform,
  );
  return { ...records, dedupe: createDedupeTable(client, "table"), store: createProcessingTable(client, "table") };
}

const numberOf = (value: AttributeValue | undefined) => Number(value?.N ?? 0);
const secondsOf = (value: AttributeValue | undefined) => new Date(numberOf(value) * 1000);

function ingressOf({ st, ow, bh, at, ex }: Item): IngressRecord {
  const state = st?.S === "e" ? "enqueued" : "received";
  const texts = { owner: ow?.S ?? "", bodyHash: bh?.S ?? "" };
  return { state, ...texts, at: new Date(numberOf(at)), expires: secondsOf(ex) };
}

const states = { proc: "processing", failed: "failed", dead: "dead", done: "done" } as const;

function processingOf({ st, ow, lu, n, dm, le, ex }: Item): MemoryProcessingRecord {
  return {
    state: states[st?.S as keyof typeof states],
    ...{ owner: ow?.S ?? "", leaseUntil: new Date(numberOf(lu)), attempts: numberOf(n) },
    ...{ burning: new Set(dm?.SS), expires: secondsOf(ex) },
    ...(le?.S === undefined ? {} : { reason: le.S }),
  };
}
