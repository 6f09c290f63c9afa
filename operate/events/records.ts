import { setTimeout as sleep } from "node:timers/promises";
import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import type { RecordItem } from "./event-state.ts";

/** DynamoDB takes no more in one call. */
const keysTogether = 100;
const callsAtOnce = 4;

/** The records of the table by their keys; one that is not there is left out. A read takes half a unit each. */
export async function readRecords(
  dynamoDb: DynamoDBClient,
  table: string,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, RecordItem>> {
  const found = new Map<string, RecordItem>();
  const wanted = [...new Set(keys)];
  const groups = Array.from({ length: Math.ceil(wanted.length / keysTogether) }, (_, group) =>
    wanted.slice(group * keysTogether, (group + 1) * keysTogether),
  );
  await mapBounded(groups, callsAtOnce, async (group) => {
    let Keys = group.map((key) => ({ pk: { S: key } }));
    for (let tries = 0; Keys.length > 0; tries += 1) {
      // DynamoDB leaves keys over where it is short of capacity.
      if (tries > 0) await sleep(Math.min(2000, 50 * 2 ** tries));
      if (tries > 10) throw new Error(`Cannot read ${Keys.length} records: the table is short of capacity`);
      const { Responses = {}, UnprocessedKeys = {} } = await dynamoDb.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }),
      );
      for (const item of Responses[table] ?? []) found.set(item.pk?.S ?? "", item);
      Keys = (UnprocessedKeys[table]?.Keys ?? []).map(({ pk }) => ({ pk: { S: pk?.S ?? "" } }));
    }
  });
  return found;
}
