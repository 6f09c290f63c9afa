import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { claimKey } from "../../lambdas/aws/s3/claim-check.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import type { DepositedEvent, WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { plainKey, processingKey } from "../../lambdas/core/events/identity.ts";
import { readRecords } from "../events/records.ts";
import { replayIds } from "../replay/manifest.ts";
import type { Stage } from "../stage/stage.ts";

/** A queue holds a smaller body in any case. */
const leastDeposited = 64 * 1024;
const headsAtOnce = 8;

/** The keys of the bodies and of the records that events left something in. */
type Traces = { readonly bodies: readonly string[]; readonly records: readonly string[] };

/**
 * Erases the traces of events.
 *
 * @param likely Keys of records that may be theirs.
 */
type TracesEraser = (events: readonly (WebhookEvent | DepositedEvent)[], likely?: readonly string[]) => Promise<Traces>;

/**
 * Erases what an event left apart from its copies: its body where that was too large for a queue, and the error texts in the records
 * of its runs. The records stay: without them a resent delivery would run again.
 *
 * @param dryRun Counts, and erases nothing.
 */
export async function tracesEraser(
  { clients, bucket: Bucket, table: TableName, events: processors }: Stage,
  dryRun: boolean,
): Promise<TracesEraser> {
  const s3 = clients.of("s3", S3Client);
  const dynamoDb = clients.of("dynamodb", DynamoDBClient);
  const replays = await replayIds(s3, Bucket);
  const keysOf = (event: WebhookEvent | DepositedEvent) =>
    namesFor(processors, event).flatMap((name) => [
      `ev#${plainKey(name, event)}`,
      ...replays.map((replay) => `ev#${processingKey(name, { ...event, replay })}`),
    ]);
  const bodyOf = async (event: WebhookEvent | DepositedEvent) => {
    if ("deposit" in event) return [event.deposit];
    // A body that was deposited before its queue failed: the event is spilled with a body of its own.
    const key = claimKey(event);
    return event.body.length < leastDeposited || !(await isThere(key)) ? [] : [key];
  };
  const isThere = async (Key: string) =>
    await s3.send(new HeadObjectCommand({ Bucket, Key })).then(
      () => true,
      (error: Error) => {
        if (error.name === "NotFound") return false;
        throw error;
      },
    );
  const eraseTexts = async (pk: string) => {
    try {
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: pk } },
          UpdateExpression: "REMOVE #le, #as",
          // Else a record that TTL deletes meanwhile would be made anew, without an end.
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#le": "le", "#as": "as" },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
  return async (events, likely = []) => {
    const bodies = (await mapBounded(events, headsAtOnce, bodyOf)).flat();
    const records = await readRecords(dynamoDb, TableName, [...events.flatMap(keysOf), ...likely]);
    const telling = [...records].flatMap(([pk, { le, as }]) => (le === undefined && as === undefined ? [] : [pk]));
    if (!dryRun) {
      for (const Key of bodies) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      for (const pk of telling) await eraseTexts(pk);
    }
    return { bodies, records: telling };
  };
}

/** The processors of a source, also one whose event file is there no more: its queue tells its name, with `_` for what no queue has. */
function namesFor(
  processors: readonly DeployedEvent[],
  { source, queues = [] }: WebhookEvent | DepositedEvent,
): readonly string[] {
  const ours = processors.filter((one) => one.source === source);
  const gone = queues.filter((queue) => queue.startsWith(`${source}-`) && !ours.some((one) => one.queue === queue));
  const types = gone.map((queue) => queue.slice(source.length + 1));
  const named = types.flatMap((type) => [`${source}/${type}`, `${source}/${type.replaceAll("_", ".")}`]);
  return [...new Set([...ours.map(({ name }) => name), ...named])];
}
