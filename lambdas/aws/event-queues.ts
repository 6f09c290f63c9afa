import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type EventQueue, type SendResult, toEnvelope } from "../core/enqueue.ts";
import { queuesFor, type Route } from "../core/routes.ts";
import { callWithin } from "./calls.ts";

/** Limits of one SendMessageBatch: ten entries, and 1 MiB over all of them. */
const most = { entries: 10, bytes: 1_048_576 } as const;

/**
 * Queues of event types in SQS. A send is one SendMessageBatch for up to ten events; what it does not acknowledge is
 * tried again, three times in all.
 */
export function createEventQueues(client: SQSClient, urlPrefix: string, routes: readonly Route[]): EventQueue {
  return {
    wants: (source, type) => queuesFor(routes, source, type),
    async send(queue, events) {
      const results: SendResult[] = [];
      for (const batch of inBatches(events.map(toEnvelope))) {
        results.push(...(await sendBatch(client, `${urlPrefix}${queue}`, batch)));
      }
      return results;
    },
  };
}

async function sendBatch(client: SQSClient, url: string, envelopes: readonly string[]): Promise<readonly SendResult[]> {
  const results: SendResult[] = envelopes.map(() => ({ sent: false, cause: undefined }));
  const open = () => [...results.keys()].filter((index) => !results[index]?.sent);
  const tryOpen = async (abortSignal: AbortSignal) => {
    const Entries = open().map((index) => ({ Id: String(index), MessageBody: envelopes[index] }));
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }), { abortSignal });
    for (const { Id } of answer.Successful ?? []) results[Number(Id)] = { sent: true };
    for (const { Id, Code } of answer.Failed ?? [])
      results[Number(Id)] = { sent: false, cause: new Error(`SQS answered ${Code}`) };
    if (open().length > 0) throw new Error("SQS did not acknowledge every event");
  };
  try {
    await callWithin({ tries: 3, milliseconds: 800 }, tryOpen);
  } catch (cause) {
    for (const index of open()) results[index] = { sent: false, cause };
  }
  return results;
}

/** Envelopes are ASCII but for what a provider put into id, type or tenant: count bytes, not characters. */
function inBatches(envelopes: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    const size = new TextEncoder().encode(envelope).length;
    const last = batches.at(-1);
    if (last === undefined || last.length === most.entries || bytes + size > most.bytes) {
      batches.push([envelope]);
      bytes = size;
    } else {
      last.push(envelope);
      bytes += size;
    }
  }
  return batches;
}
