import { readdirSync, readFileSync } from "node:fs";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createDedupeTable } from "../../../lambdas/aws/dynamodb/dedupe-table.ts";
import { createProcessingTable } from "../../../lambdas/aws/dynamodb/processing-table.ts";
import type { Delivery } from "../../../lambdas/core/mod.ts";
import type { RecordItem } from "../../../operate/events/event-state.ts";
import { Bucket, startArchive, TableName } from "../events/archive-fixture.ts";

/** Limits that no busy machine comes near to. */
const unhurried = { timeScale: 100 };

/** The time of everything in a fixture. */
export const madeAt = new Date("2026-01-05T10:00:00.000Z");
export const minutesLater = (minutes: number): Date => new Date(madeAt.getTime() + minutes * 60_000);

export type StoredDelivery = { readonly url: string; readonly headers: Record<string, string>; readonly body: string };
export type StoredCopy = { readonly MessageId: string; readonly Body: string };

/** What a release wrote, in a folder of `test/fixtures`. A release adds a folder and never edits one. */
export function readRelease(folder: URL) {
  const json = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const under = new URL("bucket/", folder);
  const keys = readdirSync(under, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [`${entry.parentPath}/${entry.name}`.split("/bucket/")[1] ?? ""] : [],
  );
  const deliveries: Readonly<Record<string, StoredDelivery>> = json("deliveries.json");
  return {
    delivery(id: string): Delivery {
      const { url, headers, body } = deliveries[id] ?? { url: "", headers: {}, body: "" };
      return { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(body) };
    },
    queue: json("queue.json") as Readonly<Record<string, StoredCopy>>,
    dlq: json("dlq.json") as Readonly<Record<string, StoredCopy>>,
    table: json("table.json") as readonly RecordItem[],
    secrets: json("secrets.json") as Readonly<Record<string, string>>,
    bucket: new Map(keys.map((key) => [key, new Uint8Array(readFileSync(new URL(key, under)))])),
  };
}

/** Table and bucket on this machine, with what a release left there, and today's stores over them. */
export async function startAfter(release?: ReturnType<typeof readRelease>) {
  const stage = await startArchive();
  for (const [key, body] of release?.bucket ?? []) await stage.put(key, body);
  for (const item of release?.table ?? []) {
    await stage.dynamoDb.send(new PutItemCommand({ TableName, Item: { ...item } }));
  }
  return {
    ...stage,
    dedupe: createDedupeTable(stage.dynamoDb, TableName, unhurried),
    processing: createProcessingTable(stage.dynamoDb, TableName, unhurried),
  };
}

export { Bucket, TableName };
