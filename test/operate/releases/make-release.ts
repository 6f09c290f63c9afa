// Writes what today's code stores, as `test/fixtures/release-<version>`, once for a release:
// node --import ./infra/require-node.js test/operate/releases/make-release.ts 0.1
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { SQSEvent } from "aws-lambda";
import { archiveLambda } from "../../../lambdas/archive.ts";
import { createClaimCheck } from "../../../lambdas/aws/s3/claim-check.ts";
import { createSpill, withSpill } from "../../../lambdas/aws/s3/spill.ts";
import { formatSecretValue } from "../../../lambdas/aws/secrets/secret-value.ts";
import { fromEnvelope, toEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { processingKey } from "../../../lambdas/core/events/identity.ts";
import {
  type Delivery,
  type EventQueue,
  PermanentError,
  processBatch,
  processor,
  receive,
  type WebhookEvent,
} from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { listObjects } from "../../../operate/events/list-objects.ts";
import { tombstoneKey } from "../../../operate/events/tombstones.ts";
import { createManifests } from "../../../operate/replay/manifest.ts";
import { githubDelivery, secret } from "../../core/deliveries.ts";
import {
  Bucket,
  madeAt,
  minutesLater,
  type StoredCopy,
  type StoredDelivery,
  startAfter,
  TableName,
} from "./release.ts";

const [version = ""] = process.argv.slice(2);
if (!/^\d+\.\d+$/.test(version)) throw new TypeError(`The version must be as "0.1", received "${version}"`);
const folder = new URL(`../../fixtures/release-${version}/`, import.meta.url);

/** Each by what becomes of it. */
const ids = ["done", "failed", "dead", "running", "new", "large", "spilled", "claimed", "erased"];
const body = (id: string) => JSON.stringify({ ref: `refs/heads/${id}`, text: "ü\u2028" });
const withoutId = () => {
  const delivery = githubDelivery({ id: "none", body: body("without-id") });
  delivery.headers.delete("x-github-delivery");
  return delivery;
};
const deliveries: Readonly<Record<string, Delivery>> = {
  ...Object.fromEntries(ids.map((id) => [id, githubDelivery({ id, body: body(id) })])),
  "without-id": withoutId(),
  ignored: githubDelivery({ id: "ignored", type: "star", body: body("ignored") }),
};

const stage = await startAfter();
const sent: { readonly queue: string; readonly event: WebhookEvent }[] = [];
/** One that takes no `spilled`, and no `claimed`. */
const queue: EventQueue = {
  archive: "archive",
  wants: (_, type) => (type === "push" ? ["github-push"] : []),
  async send(name, events) {
    return events.map((event) => {
      if (name !== "archive" && ["spilled", "claimed"].includes(event.id))
        return { sent: false, cause: new Error("down") };
      sent.push({ queue: name, event });
      return { sent: true };
    });
  },
};
const s3 = async () => stage.s3;
const spilling = withSpill(queue, createSpill(Bucket, s3, { timeScale: 100 }), new Set(["github"]), () => {});
for (const [index, [id, delivery]] of Object.entries(deliveries).entries()) {
  await receive(delivery, {
    sources: { github: { provider: github, secrets: async () => [secret] } },
    dedupe: stage.dedupe,
    queue: id === "claimed" ? queue : spilling,
    now: () => minutesLater(index),
    log: () => {},
  });
}

const { deposit } = createClaimCheck(Bucket, s3, { timeScale: 100 });
const queued: Record<string, StoredCopy> = {};
for (const { event } of sent.filter((one) => one.queue === "github-push")) {
  const { body: _, ...facts } = event;
  const Body = toEnvelope(event.id === "large" ? { ...facts, deposit: await deposit(event) } : event);
  const name = event.id.length > 20 ? "without-id" : event.id;
  queued[name] = { MessageId: `message-${name}`, Body };
}

/** With a stack as it is in Lambda, and no path of this machine. */
function thrownInLambda(error: Error): Error {
  error.stack = `${error.name}: ${error.message}\n    at run (file:///var/task/index.mjs:12:34)`;
  return error;
}
const runs = processor({ impact: "Nothing: it makes a fixture" }, async ({ event }) => {
  if (event.id === "failed") throw thrownInLambda(new Error("The service is down"));
  if (event.id === "dead") throw thrownInLambda(new PermanentError("No such branch"));
});
const now = minutesLater(30);
await processBatch(
  ["done", "failed", "dead"].map((id) => {
    const { MessageId, Body } = queued[id] as StoredCopy;
    return { messageId: MessageId, receives: 1, envelope: Body, retryIn: async () => {} };
  }),
  {
    ...{ processor: runs, name: "github/push", store: stage.processing, reopen: stage.dedupe.reopen },
    ...{ deadline: minutesLater(31), now: () => now, log: () => {}, random: () => 0 },
  },
);
const held = fromEnvelope(queued.running?.Body ?? "");
if (held === undefined) throw new Error("There is no copy of the event that runs");
await stage.processing.claim(processingKey("github/push", held), {
  ...{ owner: "the-owner-that-runs", messageId: "message-running", received: held.received, now },
  ...{ leaseUntil: minutesLater(32), expires: minutesLater(45 * 24 * 60) },
});

const Records = sent.flatMap(({ queue: name, event }, index) => {
  if (name !== "archive") return [];
  const attributes = { SentTimestamp: String(madeAt.getTime()) };
  return [{ messageId: `archived-${index}`, body: toEnvelope(event), attributes } as SQSEvent["Records"][number]];
});
await archiveLambda({ put: stage.put, log: () => {} })({ Records });
const erasedUntil = minutesLater(40).getTime();
await stage.put(
  tombstoneKey({ kind: "id", value: "erased", source: undefined }, erasedUntil),
  JSON.stringify({ erased: new Date(erasedUntil).toISOString() }),
);
await createManifests(stage.s3, Bucket).write({
  ...{ id: "2026-01-05-0a1b2c3d", stage: "dev", begun: minutesLater(50).toISOString(), filter: { type: "push" } },
  ...{ since: madeAt.toISOString(), until: minutesLater(60).toISOString(), to: ["github/push"], mode: "again" },
  ...{ tests: false, perSecond: 10, copies: 9, checkpoint: minutesLater(3).toISOString(), sent: 4, dead: 0 },
  state: "stopped",
});

function write(name: string, content: string | Uint8Array): void {
  const file = fileURLToPath(new URL(name, folder));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
const writeJson = (name: string, value: unknown) => write(name, `${JSON.stringify(value, null, 2)}\n`);
const { Items = [] } = await stage.dynamoDb.send(new ScanCommand({ TableName }));
writeJson(
  "table.json",
  Items.toSorted((a, b) => ((a.pk?.S ?? "") < (b.pk?.S ?? "") ? -1 : 1)),
);
for await (const { key: Key } of listObjects(stage.s3, Bucket, "")) {
  const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket, Key }));
  write(`bucket/${Key}`, (await Body?.transformToByteArray()) ?? "");
}
writeJson("queue.json", queued);
writeJson("dlq.json", { dead: queued.dead });
writeJson("secrets.json", {
  plain: secret,
  list: formatSecretValue({ secrets: [{ secret: "new" }, { secret: "old", until: minutesLater(60) }] }),
  handshake: formatSecretValue({ secrets: [], handshakeUntil: minutesLater(10) }),
});
const stored = Object.entries(deliveries).map(([id, { url, headers, body: bytes }]): [string, StoredDelivery] => [
  id,
  { url, headers: Object.fromEntries(headers), body: new TextDecoder().decode(bytes) },
]);
writeJson("deliveries.json", Object.fromEntries(stored));
await stage.close();
