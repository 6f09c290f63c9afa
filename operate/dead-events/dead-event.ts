import { type AttributeValue, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Message } from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type DepositedEvent, fromEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { processingKey } from "../../lambdas/core/events/identity.ts";
import { splitError } from "../events/event-state.ts";
import { attemptsText } from "../events/event-text.ts";

/** A dead letter, read. */
export type ReadLetter = {
  readonly letter: Message;
  /** The event in its envelope; absent where that cannot be read. */
  readonly event?: WebhookEvent | DepositedEvent;
  /** The event's id; where the envelope cannot be read, the letter's. */
  readonly id: string;
  /** Where the envelope cannot be read, when the letter was sent. */
  readonly received: Date;
};

/** A dead letter, read and explained. */
export type DeadEvent = ReadLetter & {
  readonly reason: string;
  /** Where its last run failed: the frames of the error's stack, a line each. */
  readonly stack?: string;
  /** Runs of its processor; absent where the table has no record of it. */
  readonly attempts?: number;
};

/** Reads a dead letter's envelope. */
export function readLetter(letter: Message): ReadLetter {
  const event = fromEnvelope(letter.Body ?? "");
  if (event !== undefined) return { letter, event, id: event.id, received: event.received };
  const received = new Date(Number(letter.Attributes?.SentTimestamp ?? Number.NaN));
  return { letter, id: letter.MessageId ?? "", received };
}

/** Looks the processing record of a letter up, as `processor` (`<source>/<type>`) left it. */
export async function explain(
  read: ReadLetter,
  processor: string,
  records: { readonly dynamoDb: DynamoDBClient; readonly table: string },
): Promise<DeadEvent> {
  if (read.event === undefined) return { ...read, reason: "its envelope cannot be read" };
  const { dynamoDb, table: TableName } = records;
  const pk = { S: `ev#${processingKey(processor, read.event)}` };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: { pk }, ConsistentRead: true }));
  const attempts = Item?.n?.N === undefined ? undefined : Number(Item.n.N);
  return { ...read, ...splitError(reasonOf(Item, Date.now())), ...defined({ attempts }) };
}

/** Why an event is dead, by its processing record. */
export function reasonOf(record: Readonly<Record<string, AttributeValue>> | undefined, now: number): string {
  if (record?.st?.S === "done") return "done meanwhile: a redrive would find nothing to do";
  if (record?.st?.S === "proc") {
    if (Number(record.lu?.N ?? 0) >= now) return "being run at this moment";
    // Nobody wrote how the run ended, so nothing could: unless its own time was up first.
    return record.le?.S ?? `killed: timeout, memory or crash, after ${attemptsText(Number(record.n?.N ?? 1))}`;
  }
  return record?.le?.S ?? "no reason was recorded: see the processor's log";
}
