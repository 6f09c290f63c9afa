import { hash } from "node:crypto";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { toBase64Url } from "../../core/bytes/base64.ts";
import { mapBounded } from "../../core/bytes/bounded.ts";
import { defined } from "../../core/bytes/defined.ts";
import { sha256 } from "../../core/bytes/sha256.ts";
import { toEnvelope, type WebhookEvent } from "../../core/events/envelope.ts";
import { queuesFor, type Route } from "../../core/events/event-routes.ts";
import type { EventQueue, SendResult } from "../../core/ingress/event-queue.ts";
import { type CallOptions, createCalls } from "../calls.ts";
import { traceHeader } from "../log/trace.ts";
import type { ClaimCheck } from "../s3/claim-check.ts";

/** Limits of one SendMessageBatch: ten entries, and 1 MiB over all of them; an entry may have that, too. */
const most = { entries: 10, bytes: 1_048_576 } as const;
/** Above it the body goes to S3: cheaper there from some 430 KB on, and ten fit into one invocation's 6 MB. */
const inlineBytes = 262_144;
const batchesAtOnce = 4;
const depositsAtOnce = 4;
/** The length of a body in base64 that still fits into a message. */
const bodyBytes = (textBytes: number) => (textBytes * 3) / 4;

/** An envelope and its tenant: a tenant with many events does not delay the others (SQS fair queues). */
type Message = { readonly envelope: string; readonly group?: string };

/**
 * Queues of event types in SQS. A send is one SendMessageBatch for up to ten events; what it does not acknowledge is
 * retried, three times in all. The body of an envelope above 256 KiB is deposited first, once for all its queues;
 * where S3 fails it travels inline, as far as SQS takes it.
 *
 * @example
 * ```ts
 * import { createClaimCheck, createEventQueues } from "@hookline/hookline/aws";
 * import { SQSClient } from "@aws-sdk/client-sqs";
 * import { deepEqual } from "node:assert/strict";
 *
 * const queue = createEventQueues(
 *   new SQSClient({ region: "us-east-1", maxAttempts: 1 }),
 *   "https://sqs.us-east-1.amazonaws.com/111122223333/acme-",
 *   [{ source: "github", types: ["push", "issue*"], queue: "github" }],
 *   createClaimCheck("acme-webhooks"),
 * );
 * deepEqual(queue.wants("github", "issues"), ["github"]);
 * deepEqual(queue.wants("github", "star"), []);
 * ```
 */
export function createEventQueues(
  client: SQSClient,
  urlPrefix: string,
  routes: readonly Route[],
  claimCheck: Pick<ClaimCheck, "deposit">,
  options: CallOptions & Pick<EventQueue, "archive"> = {},
): EventQueue {
  const callWithin = createCalls(options);
  const deposits = new WeakMap<WebhookEvent, Promise<string>>();
  const envelopeOf = async (event: WebhookEvent, signal: AbortSignal | undefined): Promise<string> => {
    // Once: it may be made each time it is read.
    const { body, ...rest } = event;
    if (body.length <= bodyBytes(inlineBytes)) {
      const inline = toEnvelope({ ...rest, body });
      if (inline.length <= inlineBytes) return inline;
    }
    const deposit = deposits.get(event) ?? claimCheck.deposit({ ...rest, body }, signal);
    deposits.set(event, deposit);
    try {
      return toEnvelope({ ...rest, deposit: await deposit });
    } catch (error) {
      const inline = body.length <= bodyBytes(most.bytes) ? toEnvelope({ ...rest, body }) : undefined;
      if (inline !== undefined && inline.length <= most.bytes) return inline;
      throw error;
    }
  };
  const envelopes = new WeakMap<WebhookEvent, Promise<string>>();
  const envelopeForAll = (event: WebhookEvent, signal: AbortSignal | undefined): Promise<string> => {
    const envelope = envelopes.get(event) ?? envelopeOf(event, signal);
    envelopes.set(event, envelope);
    return envelope;
  };
  return {
    ...defined({ archive: options.archive }),
    wants: (source, type, coarseType) => queuesFor(routes, source, type, coarseType),
    async send(queue, events, signal) {
      const results: SendResult[] = [];
      // Those of a large delivery together are many times its size: they are made as they are sent, and not kept.
      const envelopeFor = events.length === 1 ? envelopeForAll : envelopeOf;
      const sendSome = async (some: readonly (readonly [number, WebhookEvent])[]) => {
        const prepared = await mapBounded(some, depositsAtOnce, async ([index, event]) => {
          try {
            signal?.throwIfAborted();
            return { index, envelope: await envelopeFor(event, signal), ...groupOf(event.tenant) };
          } catch (cause) {
            results[index] = { sent: false, cause };
            return undefined;
          }
        });
        for (const batch of inBatches(prepared.filter((one) => one !== undefined))) {
          const sent = await sendBatch(client, `${urlPrefix}${queue}`, batch, callWithin, signal);
          for (const [at, { index }] of batch.entries()) results[index] = sent[at] ?? { sent: false, cause: undefined };
        }
      };
      await mapBounded(inTens(events), batchesAtOnce, sendSome);
      return results;
    },
  };
}

async function sendBatch(
  client: SQSClient,
  url: string,
  messages: readonly Message[],
  callWithin: ReturnType<typeof createCalls>,
  signal: AbortSignal | undefined,
): Promise<readonly SendResult[]> {
  const unacknowledged = new Error("SQS did not acknowledge every event");
  const results: SendResult[] = messages.map(() => ({ sent: false, cause: unacknowledged }));
  // Beside the envelope, and free: its processors' lines and traces then belong to the delivery's.
  const StringValue = traceHeader();
  const traced =
    StringValue === undefined
      ? {}
      : { MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue } } };
  const open = () => [...messages.keys()].filter((index) => !results[index]?.sent);
  const tryOpen = async (abortSignal: AbortSignal) => {
    const Entries = open().map((index) => {
      const { envelope, group } = messages[index] ?? {};
      return { Id: String(index), MessageBody: envelope, ...defined({ MessageGroupId: group }), ...traced };
    });
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }), { abortSignal });
    for (const { Id, MD5OfMessageBody } of answer.Successful ?? []) {
      const isWhole = MD5OfMessageBody === hash("md5", messages[Number(Id)]?.envelope ?? "");
      results[Number(Id)] = isWhole
        ? { sent: true }
        : { sent: false, cause: new Error("SQS answered with the digest of other bytes") };
    }
    for (const { Id, Code } of answer.Failed ?? [])
      results[Number(Id)] = { sent: false, cause: new Error(`SQS answered ${Code}`) };
    if (open().length > 0) throw unacknowledged;
  };
  try {
    await callWithin({ tries: 3, milliseconds: 800, signal }, tryOpen);
  } catch (cause) {
    if (cause !== unacknowledged) for (const index of open()) results[index] = { sent: false, cause };
  }
  return results;
}

/** A tenant as SQS takes a group: 1 to 128 letters, digits and punctuation; another one by its hash. */
function groupOf(tenant: string | undefined): Pick<Message, "group"> {
  if (tenant === undefined) return {};
  return { group: /^[!-~]{1,128}$/.test(tenant) ? tenant : toBase64Url(sha256(new TextEncoder().encode(tenant))) };
}

function inTens<T>(items: readonly T[]): readonly (readonly (readonly [number, T])[])[] {
  const indexed = [...items.entries()];
  const tens = Array.from({ length: Math.ceil(items.length / most.entries) }, (_, ten) => ten * most.entries);
  return tens.map((from) => indexed.slice(from, from + most.entries));
}

/** As SQS takes them: ten at most, and 1 MiB. Envelopes are ASCII: their length is their bytes. */
export function inBatches<T extends { readonly envelope: string }>(envelopes: readonly T[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const one of envelopes) {
    const last = batches.at(-1);
    if (last === undefined || last.length === most.entries || bytes + one.envelope.length > most.bytes) {
      batches.push([one]);
      bytes = one.envelope.length;
    } else {
      last.push(one);
      bytes += one.envelope.length;
    }
  }
  return batches;
}
