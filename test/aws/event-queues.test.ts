import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createEventQueues } from "../../lambdas/aws/sqs/event-queues.ts";
import type { WebhookEvent } from "../../lambdas/core/mod.ts";
import { event } from "../core/copies.ts";
import { acknowledged, createFakeClient } from "./fake-client.ts";

type Entry = { readonly Id: string; readonly MessageBody: string };

const noClaims = { deposit: () => Promise.reject(new Error("S3 is unwell")) };

/** SQS, which acknowledges what `takes` says of an event's id and call. */
function createSqs(takes: (id: string, call: number) => boolean = () => true) {
  const calls: string[][] = [];
  const { client, inputs } = createFakeClient<SQSClient>((input, call) => {
    const entries = input.Entries as readonly Entry[];
    const idOf = (entry: Entry): string => JSON.parse(entry.MessageBody).id;
    calls.push(entries.map(idOf));
    return {
      Successful: acknowledged(entries.filter((entry) => takes(idOf(entry), call))),
      Failed: entries.filter((entry) => !takes(idOf(entry), call)).map(({ Id }) => ({ Id, Code: "InternalError" })),
    };
  });
  const routes = [{ source: "acme", types: ["order.created"], queue: "orders" }];
  return { calls, inputs, queues: createEventQueues(client, "https://sqs.example/1/hookline-dev-", routes, noClaims) };
}

const events = (count: number, body = event.body): readonly WebhookEvent[] =>
  Array.from({ length: count }, (_, index) => ({ ...event, id: `${index}`, body }));

describe("queues in SQS", () => {
  it("want what their routes want, at the URL of prefix and queue", async () => {
    const { queues, inputs } = createSqs();
    assert.deepEqual(queues.wants("acme", "order.created"), ["orders"]);
    assert.deepEqual(queues.wants("acme", "refund"), []);
    assert.deepEqual(await queues.send("orders", events(1)), [{ sent: true }]);
    assert.equal(inputs[0]?.QueueUrl, "https://sqs.example/1/hookline-dev-orders");
  });

  it("name the tenant as the group of a message, so that a tenant with many events does not delay the others", async () => {
    const { queues, inputs } = createSqs();
    const tenants = ["biz_1", "a".repeat(129), "Zoë", "two words", ""];
    await queues.send("orders", [...tenants.map((tenant) => ({ ...event, tenant })), event]);
    const entries = (inputs[0]?.Entries ?? []) as readonly { readonly MessageGroupId?: string }[];
    const groups = entries.map((entry) => entry.MessageGroupId);
    assert.equal(groups[0], "biz_1");
    for (const group of groups.slice(1, 5)) assert.match(group ?? "", /^[\w-]{43}$/);
    assert.equal(new Set(groups).size, 6);
    assert.equal(groups[5], undefined);
  });

  it("make the envelope of a delivery's only event once for all queues, and keep none of a larger delivery", async () => {
    const { queues, inputs } = createSqs();
    let reads = 0;
    const get = () => {
      reads += 1;
      return event.body;
    };
    const counted = (id: string) => Object.defineProperty({ ...event, id }, "body", { get, enumerable: true });
    const only = counted("0");
    await Promise.all(["orders", "audit"].map((queue) => queues.send(queue, [only])));
    assert.deepEqual([reads, inputs.length], [1, 2]);
    const several = [counted("1"), counted("2")];
    await Promise.all(["orders", "audit"].map((queue) => queues.send(queue, several)));
    assert.equal(reads, 1 + 4);
  });

  it("retry only the events that were not acknowledged", async () => {
    const { queues, calls } = createSqs((id, call) => id !== "1" || call === 3);
    assert.deepEqual(await queues.send("orders", events(3)), [{ sent: true }, { sent: true }, { sent: true }]);
    assert.deepEqual(calls, [["0", "1", "2"], ["1"], ["1"]]);
  });

  it("name each event that was not taken after three tries", async () => {
    const { queues, calls } = createSqs((id) => id !== "1");
    const results = await queues.send("orders", events(3));
    assert.deepEqual(
      results.map(({ sent }) => sent),
      [true, false, true],
    );
    assert.equal(calls.length, 3);
  });

  it("pass over an answer for an entry that was not sent", async () => {
    const { client, inputs } = createFakeClient<SQSClient>(({ Entries }) => {
      const all = acknowledged(Entries as readonly Entry[]);
      return { Successful: [...all, { Id: "7", MD5OfMessageBody: "" }], Failed: [{ Id: "9", Code: "InternalError" }] };
    });
    const queues = createEventQueues(client, "", [], noClaims);
    assert.deepEqual(await queues.send("orders", events(2)), [{ sent: true }, { sent: true }]);
    assert.equal(inputs.length, 1);
  });

  it("send again what SQS acknowledges with the digest of other bytes, and do not count it as sent", async () => {
    const digests = [undefined, "0".repeat(32)];
    const { client, inputs } = createFakeClient<SQSClient>(({ Entries }, call) => {
      const [first, ...others] = acknowledged(Entries as readonly Entry[]);
      return { Successful: [{ ...first, MD5OfMessageBody: digests[call % 2] }, ...others] };
    });
    const queues = createEventQueues(client, "", [], noClaims);
    const [altered, whole] = await queues.send("orders", events(2));
    assert.match(altered?.sent === false ? String(altered.cause) : "", /digest/);
    assert.deepEqual([altered?.sent, whole], [false, { sent: true }]);
    assert.equal(inputs.length, 3);
  });

  it("try three times where SQS cannot be reached, and give its error as cause", async () => {
    const error = new Error("socket hang up");
    const { client, inputs } = createFakeClient<SQSClient>(() => Promise.reject(error));
    const queues = createEventQueues(client, "", [], noClaims);
    assert.deepEqual(await queues.send("orders", events(2)), [
      { sent: false, cause: error },
      { sent: false, cause: error },
    ]);
    assert.equal(inputs.length, 3);
  });

  it("send a second copy where the first send had its effect but no answer (row 6), and no third", async () => {
    const taken: string[] = [];
    const send = async (
      { input }: { input: { Entries: readonly Entry[] } },
      { abortSignal }: { abortSignal: AbortSignal },
    ) => {
      taken.push(...input.Entries.map(({ MessageBody }) => JSON.parse(MessageBody).id));
      if (taken.length === 1) await new Promise((_, reject) => abortSignal.addEventListener("abort", reject));
      return { Successful: acknowledged(input.Entries) };
    };
    const queues = createEventQueues({ send } as unknown as SQSClient, "", [], noClaims);
    assert.deepEqual(await queues.send("orders", events(1)), [{ sent: true }]);
    assert.deepEqual(taken, ["0", "0"]);
  });

  it("answer at once when the time is up, and name the events acknowledged until then", async () => {
    const stop = new AbortController();
    const taken = Promise.withResolvers<void>();
    const send = async (
      { input }: { input: { Entries: readonly Entry[] } },
      { abortSignal }: { abortSignal: AbortSignal },
    ) => {
      if (input.Entries.some(({ MessageBody }) => JSON.parse(MessageBody).id === "10")) {
        taken.promise.then(() => stop.abort(new Error("time is up")));
        await new Promise((_, reject) => abortSignal.addEventListener("abort", () => reject(abortSignal.reason)));
      }
      setTimeout(taken.resolve);
      return { Successful: acknowledged(input.Entries) };
    };
    const queues = createEventQueues({ send } as unknown as SQSClient, "", [], noClaims);
    const results = await queues.send("orders", events(11), stop.signal);
    assert.deepEqual(
      results.map(({ sent }) => sent),
      [...Array(10).fill(true), false],
    );
  });

  it("take ten events a call", async () => {
    const { queues, calls } = createSqs();
    assert.equal((await queues.send("orders", events(21))).length, 21);
    assert.deepEqual(calls.map((ids) => ids.length).sort(), [1, 10, 10]);
    assert.deepEqual(
      calls
        .flat()
        .map(Number)
        .sort((one, other) => one - other),
      [...calls.flat().keys()],
    );
  });

  it("take 1 MiB a call, counted in bytes", async () => {
    const { queues, calls, inputs } = createSqs();
    await queues.send("orders", events(5, new Uint8Array(300_000)));
    assert.deepEqual(
      calls.map((ids) => ids.length),
      [2, 2, 1],
    );
    for (const { Entries } of inputs) {
      const bytes = (Entries as readonly Entry[]).reduce(
        (sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody),
        0,
      );
      assert.ok(bytes <= 1_048_576);
    }
  });

  it("are not called for no event", async () => {
    const { queues, calls } = createSqs();
    assert.deepEqual(await queues.send("orders", []), []);
    assert.deepEqual(calls, []);
  });
});
