import process from "node:process";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, startDynamoDb } from "../../../../../local/aws/dynamodb.ts";
import { clientFor } from "../../../../../local/aws/endpoint.ts";
import type { RepairName } from "../../../../../local/aws/repairs/dynalite/mod.ts";
import { recordsTable } from "../../../../records-table.ts";
import { feignDisk } from "../../disk-fixture.ts";

/**
 * What may end the process, in one of its own: prints a word for each thing that was done.
 *
 *     crash-trial.ts full-disk|two-starts <directory> [<repair that is left out>]
 */
const [trial, directory = "", left] = process.argv.slice(2);
const options = { directory, without: left === undefined ? [] : [left as RepairName] };
const TableName = "records";

function clientOf({ url }: DynamoDb): DynamoDBClient {
  return new DynamoDBClient({ ...clientFor(url), maxAttempts: 1 });
}

async function say(what: string, work: Promise<unknown>): Promise<void> {
  console.log(
    await work.then(
      () => what,
      () => `${what} refused`,
    ),
  );
}

if (trial === "full-disk") {
  const service = await startDynamoDb(options);
  const client = clientOf(service);
  await client.send(new CreateTableCommand(recordsTable(TableName)));
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName });
  const disk = feignDisk();
  disk.fill();
  await say("put", client.send(new PutItemCommand({ TableName, Item: { pk: { S: "lost" } } })));
  disk.makeRoom();
  await say("put", client.send(new PutItemCommand({ TableName, Item: { pk: { S: "kept" } } })));
  client.destroy();
  await service.close();
} else {
  const first = await startDynamoDb(options);
  let isRefused = false;
  const second = startDynamoDb(options).catch((error: unknown) => {
    isRefused = true;
    throw error;
  });
  await say("start", second);
  // A second service that runs keeps the process, and what becomes of it then differs from run to run.
  if (!isRefused) process.exit();
  await first.close();
}
