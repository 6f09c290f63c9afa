/**
 * dynalite 4.0.0, index.js:15: UpdateTimeToLive, UpdateContinuousBackups and DescribeContinuousBackups are unknown, and no item
 * expires.
 * AWS deletes expired items within days; here within about a second, and later where a table is large. Of backups only the setting is remembered.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  DeleteItemCommand,
  type DescribeContinuousBackupsInput,
  DescribeTableCommand,
  type DescribeTimeToLiveInput,
  type DynamoDBClient,
  DynamoDBServiceException,
  paginateScan,
  type UpdateContinuousBackupsInput,
  type UpdateTimeToLiveInput,
} from "@aws-sdk/client-dynamodb";
import { AwsRefusal, type Operation } from "../../endpoint.ts";
import { writeWhole } from "../../whole-file.ts";

/** The operations that dynalite lacks, and what keeps to the settings that they make. */
type TableSettings = {
  readonly operations: ReadonlyMap<string, Operation>;
  /** Deletes no expired item any more. */
  close(): Promise<void>;
};

/** The settings of a table that dynalite does not keep; `tableId` tells it from a later table of the same name. */
type Settings = {
  readonly tableId: string | undefined;
  readonly keys: readonly string[];
  timeToLive?: string;
  pointInTimeRecovery?: boolean;
};
type Tables = { readonly client: DynamoDBClient; readonly settings: Map<string, Settings>; save(): void };

const sweepEachMilliseconds = 1000;
/** A sweep reads every item of a table: the pause after it is so many times as long as it took. */
const pausePerSweep = 50;
/** DynamoDB leaves items alone that expired longer ago than this, so that a wrong unit of time deletes nothing. */
const oldestExpirySeconds = 5 * 365 * 24 * 60 * 60;

/**
 * Keeps the settings of tables in this file, or in memory, and deletes what expires.
 *
 * @param client Reaches dynalite.
 * @param isHere Whether it can be reached: a failure at another time is none.
 */
export function repairTableSettings(
  client: DynamoDBClient,
  { file, isHere }: { readonly file: string | undefined; readonly isHere: () => boolean },
): TableSettings {
  const tables = openTables(client, file);
  const stop = new AbortController();
  const sweeping = sweepUntil(stop.signal, tables, isHere);
  return {
    operations: tableOperations(tables),
    async close() {
      stop.abort();
      await sweeping;
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
  let pause = sweepEachMilliseconds;
  while (await delay(pause, true, { signal: stopped }).catch(() => false)) {
    const begun = performance.now();
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
    pause = Math.max(sweepEachMilliseconds, (performance.now() - begun) * pausePerSweep);
  }
}

async function deleteExpired(client: DynamoDBClient, TableName: string, keys: readonly string[], attribute: string) {
  const now = Math.floor(Date.now() / 1000);
  const condition = "#expiry BETWEEN :oldest AND :now";
  const request = {
    TableName,
    ExpressionAttributeNames: { "#expiry": attribute },
    ExpressionAttributeValues: { ":now": { N: `${now}` }, ":oldest": { N: `${now - oldestExpirySeconds}` } },
  };
  for await (const page of paginateScan({ client }, { ...request, FilterExpression: condition })) {
    for (const item of page.Items ?? []) {
      const Key = Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
      await client.send(new DeleteItemCommand({ ...request, Key, ConditionExpression: condition }));
    }
  }
}
