import process from "node:process";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { mapBounded } from "../../../lambdas/core/bytes/bounded.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { Bucket, pushed, startArchive, TableName } from "../../operate/events/archive-fixture.ts";
import { deployed, localRun } from "../../operate/stage-fixture.ts";
import { randomOf } from "../../seed.ts";

// A process of its own, so that its memory and its CPU time are not those of the search: fills an archive, writes
// local.json, says "ready", and serves until it is ended. filled.ts FOLDER OBJECTS EVENTS-EACH OBJECTS-A-DAY UNTIL

const [folder = "", ...counts] = process.argv.slice(2);
const [objects = 0, each = 0, daily = 1, until = 0] = counts.map(Number);
const archive = await startArchive();
const random = randomOf(1);
const text = () => Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join("");
const apart = 86_400_000 / daily;

async function record(pk: string, fields: Readonly<Record<string, object>>): Promise<void> {
  const Item = { pk: { S: pk }, ex: { N: String(Math.floor(Date.now() / 1000) + 3600) }, ...fields };
  await archive.dynamoDb.send(new PutItemCommand({ TableName, Item } as never));
}

await mapBounded(Array.from({ length: objects }).keys(), 4, async (object) => {
  const from = until - (object + 1) * apart;
  const events = Array.from({ length: each }, (_, index) => {
    const id = `evt_${object}_${index}`;
    const body = new TextEncoder().encode(JSON.stringify({ id, data: Array.from({ length: 20 }, text) }));
    const source = index % 2 === 0 ? "github" : "stripe";
    const stripe = {
      source,
      type: "invoice.paid",
      key: `v1#id=${id}#type=invoice.paid`,
      queues: ["stripe-invoice_2e_paid"],
    };
    // Where the provider's id is not the identity, the key has a hash of the body.
    const github = { key: `v1#id=${id}#body=${text()}${text()}` };
    return pushed(id, from + (index * apart) / each, { body, ...(index % 2 === 0 ? github : stripe) });
  });
  await archive.write(events);
  for (const { source, key, received, type } of object < daily ? events : events.slice(-1)) {
    await record(`ev#${source}/${type}#${source}#${key}`, { st: { S: "done" }, n: { N: "1" } });
    await record(`in#${source}#${key}`, { st: { S: "e" }, sa: { N: String(received.getTime()) } });
  }
});
const provided = (provider: string) => ({ provider, url: "http://127.0.0.1:1", secret: "s", queues: {} });
const { endpoints, accessKeyId } = archive.standIns;
const { url: lambda } = await openMappings([], accessKeyId);
writeLocalRun(
  localRun({
    ...{ endpoints, accessKeyId, lambda, table: TableName, bucket: Bucket },
    sources: { github: provided("github"), stripe: provided("stripe") },
    events: [deployed("github/push"), { ...deployed("stripe/invoice.paid"), queue: "stripe-invoice_2e_paid" }],
  }),
  folder,
);
console.log("ready");
