import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "../../../../../local/aws/dynamodb.ts";
import { clientFor } from "../../../../../local/aws/endpoint.ts";
import type { RepairName } from "../../../../../local/aws/repairs/dynalite/mod.ts";
import { recordsTable } from "../../../../records-table.ts";

const TableName = "records";

/** What a client is answered by a stand-in that has all repairs but these, with a table. */
async function asked<Answer>(without: readonly RepairName[], ask: (client: DynamoDBClient) => Promise<Answer>) {
  const service = await startDynamoDb({ without });
  const client = new DynamoDBClient({ ...clientFor(service.url), maxAttempts: 1 });
  try {
    await client.send(new CreateTableCommand(recordsTable(TableName)));
    await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName });
    return await ask(client);
  } finally {
    client.destroy();
    await service.close();
  }
}

/** What the trial printed in a process of its own, and whether the process ended well. */
async function tried(trial: string, ...left: readonly RepairName[]): Promise<readonly string[]> {
  const program = fileURLToPath(new URL("crash-trial.ts", import.meta.url));
  const runner = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--no-warnings"];
  const directory = mkdtempSync(join(tmpdir(), "hookline-dynalite-"));
  return await new Promise<readonly string[]>((resolve) => {
    execFile(process.execPath, [...runner, program, trial, directory, ...left], (error, stdout) => {
      resolve([...stdout.split("\n").filter((line) => line !== ""), error === null ? "ended" : "crashed"]);
    });
  }).finally(() => rmSync(directory, { recursive: true, force: true }));
}

describe("a failed condition returns the item that stood in the way", () => {
  const put: PutItemCommandInput = {
    TableName,
    Item: { pk: { S: "one" } },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const ask = async (client: DynamoDBClient) => {
    await client.send(new PutItemCommand(put));
    return await client.send(new PutItemCommand(put)).catch(({ Item }) => Item);
  };

  // Both in one test: the repair changes dynalite for the rest of the process.
  it('as AWS documents it, and otherwise without the repair "old-item"', async () => {
    assert.equal(await asked(["old-item"], ask), undefined);
    assert.deepEqual(await asked([], ask), { pk: { S: "one" } });
  });
});

describe("a table takes a time to live, and point-in-time recovery", () => {
  const ask = async (client: DynamoDBClient) => {
    const TimeToLiveSpecification = { AttributeName: "ex", Enabled: true };
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    const ended = await Promise.allSettled([
      client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
      client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
    ]);
    return ended.map(({ status }) => status);
  };

  it("as AWS documents it", async () => {
    assert.deepEqual(await asked([], ask), ["fulfilled", "fulfilled"]);
  });

  it('otherwise without the repair "table-settings"', async () => {
    assert.deepEqual(await asked(["table-settings"], ask), ["rejected", "rejected"]);
  });
});

describe("a full disk refuses what is written, and takes it when there is room", () => {
  it("in the way that AWS answers a fault of its own", async () => {
    assert.deepEqual(await tried("full-disk"), ["put refused", "put", "ended"]);
  });

  it('otherwise without the repair "torn-log"', async () => {
    assert.deepEqual(await tried("full-disk", "torn-log"), ["crashed"]);
  });
});

describe("a second start in one directory is refused", () => {
  it("at once, and the first goes on", async () => {
    assert.deepEqual(await tried("two-starts"), ["start refused", "ended"]);
  });

  it('otherwise without the repair "open-at-start"', async () => {
    // It starts, or the process crashes meanwhile.
    const [said] = await tried("two-starts", "open-at-start");
    assert.match(said ?? "", /^(start|crashed)$/);
  });
});
