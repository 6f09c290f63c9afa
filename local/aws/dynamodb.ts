import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  DeleteItemCommand,
  type DescribeContinuousBackupsInput,
  DescribeTableCommand,
  type DescribeTimeToLiveInput,
  DynamoDBClient,
  DynamoDBServiceException,
  paginateScan,
  type UpdateContinuousBackupsInput,
  type UpdateTimeToLiveInput,
} from "@aws-sdk/client-dynamodb";
import { openDynalite } from "./dynalite.ts";
import {
  AwsRefusal,
  answerJson,
  clientFor,
  type Endpoint,
  listenOnLoopback,
  type Operation,
  operationName,
} from "./endpoint.ts";
import { createOutages, type Outage } from "./outages.ts";
import { writeWhole } from "./whole-file.ts";

/** An embedded DynamoDB. */
export type DynamoDb = Endpoint & {
  /**
   * Refuses every connection, as if the service were gone, its state kept; or is unwell as `how` says. Returns what
   * brings it back, same port.
   */
  away(how?: Outage): Promise<() => Promise<void>>;
};

/** What dynalite does not keep about a table; `tableId` tells it from a later table of the same name. */
type Settings = {
  readonly tableId: string | undefined;
  readonly keys: readonly string[];
  timeToLive?: string;
  pointInTimeRecovery?: boolean;
};
type Tables = { readonly client: DynamoDBClient; readonly settings: Map<string, Settings>; save(): void };

const SWEEP_INTERVAL_MS = 1000;
/** DynamoDB leaves items alone that expired longer ago than this, so that a wrong unit of time deletes nothing. */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 24 * 60 * 60;

/**
 * Runs DynamoDB in this process: dynalite 4.0.0, and in front of it what dynalite lacks and the stack uses.
 *
 * - `ReturnValuesOnConditionCheckFailure: ALL_OLD` of PutItem, UpdateItem, DeleteItem, which dynalite drops in silence
 * - UpdateTimeToLive and DescribeTimeToLive; expired items go within about a second (AWS: within days)
 * - a full disk is answered 500 until there is room (dynalite: the process ends)
 * - UpdateContinuousBackups and DescribeContinuousBackups: remembered, nothing is backed up
 *
 * In memory, or in `directory`, where it also survives a killed process; a second process there is refused.
 * Gaps against AWS: no transactions, no streams, no throttling; encryption, tags and deletion protection are
 * accepted and ignored; UpdateTable adds no index to an on-demand table.
 */
export async function startDynamoDb(
  options: { port?: number; directory?: string; accessKeyId?: string } = {},
): Promise<DynamoDb> {
  const { port, directory, accessKeyId } = options;
  const dynalite = await openDynalite(directory && join(directory, "items"));
  const operations = new Map<string, Operation>();
  const outages = createOutages();
  const answer = outages.around((request, response) => {
    const operation = operations.get(operationName(request));
    if (operation) answerJson(request, response, operation);
    else dynalite.answer(request, response);
  });
  const listen = (at: number | undefined) => listenOnLoopback(answer, { admits: { accessKeyId }, port: at });
  let listening: Endpoint | undefined;
  try {
    listening = await listen(port);
  } catch (error) {
    await dynalite.close();
    throw error;
  }
  const { url } = listening;

  const client = new DynamoDBClient(clientFor(url, accessKeyId));
  const tables = openTables(client, directory && join(directory, "table-settings.json"));
  for (const [name, operation] of tableOperations(tables)) operations.set(name, operation);

  const stop = new AbortController();
  const sweeping = sweepUntil(stop.signal, tables, () => listening !== undefined);
  return {
    url,
    async away(how) {
      if (how !== undefined) return outages.begin(how);
      const here = listening;
      listening = undefined;
      await here?.close();
      return async () => {
        listening ??= await listen(Number(new URL(url).port));
      };
    },
    async close() {
      outages.end();
      stop.abort();
      await sweeping;
      client.destroy();
      await listening?.close();
      await dynalite.close();
    },
  };
}

function openTables(client: DynamoDBClient, file: string | undefined): Tables {
  const saved = file && existsSync(file) ? readFileSync(file, "utf8") : "[]";
  const settings = new Map(JSON.parse(saved) as [string, Settings][]);
  return {
    client,
    settings,
    save() {
      if (file) writeWhole(file, JSON.stringify([...settings]));
    },
  };
}

/** The settings of a table that exists now; those of a deleted table of the same name do not count. */
async function settingsOf({ client, settings }: Tables, name = ""): Promise<Settings> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name })).catch((error: unknown) => {
    throw error instanceof DynamoDBServiceException ? new AwsRefusal(error.name, error.message) : error;
  });
  const known = settings.get(name);
  if (known && known.tableId === Table?.TableId) return known;
  const keys = Table?.KeySchema?.map(({ AttributeName = "" }) => AttributeName) ?? [];
  const fresh: Settings = { tableId: Table?.TableId, keys };
  settings.set(name, fresh);
  return fresh;
}

function tableOperations(tables: Tables): Map<string, Operation> {
  async function describeTimeToLive({ TableName }: DescribeTimeToLiveInput) {
    const { timeToLive } = await settingsOf(tables, TableName);
    const enabled = timeToLive && { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive };
    return { TimeToLiveDescription: enabled || { TimeToLiveStatus: "DISABLED" } };
  }

  async function updateTimeToLive({ TableName, TimeToLiveSpecification }: UpdateTimeToLiveInput) {
    const settings = await settingsOf(tables, TableName);
    const { AttributeName, Enabled } = TimeToLiveSpecification ?? {};
    if (!AttributeName) throw new AwsRefusal("ValidationException", "TimeToLiveSpecification needs an AttributeName");
    if (Enabled === (settings.timeToLive !== undefined)) {
      throw new AwsRefusal("ValidationException", `TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
    }
    if (Enabled) settings.timeToLive = AttributeName;
    else delete settings.timeToLive;
    tables.save();
    return { TimeToLiveSpecification };
  }

  async function describeContinuousBackups({ TableName }: DescribeContinuousBackupsInput) {
    const { pointInTimeRecovery } = await settingsOf(tables, TableName);
    const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus: pointInTimeRecovery ? "ENABLED" : "DISABLED" };
    return { ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription } };
  }

  async function updateContinuousBackups(input: UpdateContinuousBackupsInput) {
    const settings = await settingsOf(tables, input.TableName);
    settings.pointInTimeRecovery = input.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true;
    tables.save();
    return describeContinuousBackups(input);
  }

  return new Map<string, Operation>([
    ["DescribeTimeToLive", describeTimeToLive],
    ["UpdateTimeToLive", updateTimeToLive],
    ["DescribeContinuousBackups", describeContinuousBackups],
    ["UpdateContinuousBackups", updateContinuousBackups],
  ]);
}

async function sweepUntil(stopped: AbortSignal, tables: Tables, isHere: () => boolean): Promise<void> {
  while (await delay(SWEEP_INTERVAL_MS, true, { signal: stopped }).catch(() => false)) {
    for (const name of isHere() ? tables.settings.keys() : []) {
      try {
        const { keys, timeToLive } = await settingsOf(tables, name);
        if (timeToLive) await deleteExpired(tables.client, name, keys, timeToLive);
      } catch (error) {
        // A table deleted, or an item rewritten, since the scan: the next sweep looks again.
        const refused = error instanceof AwsRefusal || error instanceof DynamoDBServiceException;
        if (!refused && isHere()) throw error;
      }
    }
  }
}

async function deleteExpired(client: DynamoDBClient, TableName: string, keys: readonly string[], attribute: string) {
  const now = Math.floor(Date.now() / 1000);
  const condition = "#expiry BETWEEN :oldest AND :now";
  const request = {
    TableName,
    ExpressionAttributeNames: { "#expiry": attribute },
    ExpressionAttributeValues: { ":now": { N: `${now}` }, ":oldest": { N: `${now - OLDEST_EXPIRY_SECONDS}` } },
  };
  for await (const page of paginateScan({ client }, { ...request, FilterExpression: condition })) {
    for (const item of page.Items ?? []) {
      const Key = Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
      await client.send(new DeleteItemCommand({ ...request, Key, ConditionExpression: condition }));
    }
  }
}
