import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import type { SQSEvent } from "aws-lambda";
import { archiveLambda } from "../../lambdas/archive.ts";
import { type ArchiveFacts, readEnvelope, readFacts } from "../../lambdas/aws/s3/archive-object.ts";
import { fromEnvelope, toEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { event } from "../core/copies.ts";
import { createLines } from "../core/lines.ts";
import { randomOf, seed } from "../seed.ts";

const utf8 = new TextEncoder();

/** Whole numbers below what is asked for. */
function numberFrom(start: number) {
  const random = randomOf(start);
  return (below: number) => Math.floor(random() * below);
}

/** The archive's function over a bucket in a map; a put of a key that `fails` matches is refused. */
function createArchive(fails: RegExp = /^$/) {
  const objects = new Map<string, Uint8Array>();
  const { lines, log } = createLines();
  const lambda = archiveLambda({
    async put(key, body) {
      if (fails.test(key)) throw new Error("S3 is down");
      objects.set(key, body);
    },
    log,
  });
  const archive = async (envelopes: readonly string[], sent = "2026-01-05T12:00:00.000Z") => {
    const Records = envelopes.map((body, index) => {
      const attributes = { SentTimestamp: String(Date.parse(sent)) };
      return { messageId: `m${index}`, body, attributes } as SQSEvent["Records"][number];
    });
    const { batchItemFailures } = await lambda({ Records });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  /** Every envelope in the bucket, read as a reader reads it: facts of the beginning, then the member that they name. */
  const read = () =>
    [...objects.values()].flatMap((body) =>
      (readFacts(body) ?? []).map((facts) => {
        const [fromEnd, length] = facts.at;
        const start = body.length - fromEnd;
        return { facts, envelope: readEnvelope(body.subarray(start, start + length), facts) };
      }),
    );
  return { objects, lines, archive, read };
}

/** Events of some hours, of every kind of body and every field. */
function eventsOf(start: number, count: number): readonly WebhookEvent[] {
  const number = numberFrom(start);
  const bodies = ['{"a":"ü\\n"}', "", "\ufeff{}", "\u2028\r\n\0", "x".repeat(5000)].map((text) => utf8.encode(text));
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: `evt_${index}`, source: "acme", key: `v1#id=${index}`, bodyCovered: number(2) === 0 },
    type: number(4) === 0 ? undefined : `type.${number(3)}`,
    received: new Date(Date.UTC(2026, 0, 5, 10 + number(3), number(60), number(60), number(1000))),
    body:
      number(4) === 0
        ? Uint8Array.from({ length: number(40) }, () => number(256))
        : (bodies[number(5)] ?? utf8.encode("")),
    ...(number(2) === 0 ? { tenant: `t${number(5)}`, livemode: number(2) === 0 } : {}),
    ...(number(3) === 0 ? { period: "3600000-1", coarseType: "type" } : {}),
    ...(number(3) === 0 ? { queues: number(2) === 0 ? [] : ["acme-a", "acme-b"] } : {}),
  }));
}

describe("the archive's function", () => {
  it("stores what it is given, whatever the batches: the same events are read again", async (t) => {
    t.diagnostic(`seed ${seed}`);
    const events = eventsOf(seed, 300);
    const { archive, read, objects } = createArchive();
    const number = numberFrom(seed + 1);
    for (let from = 0; from < events.length; ) {
      const to = from + 1 + number(60);
      assert.deepEqual(await archive(events.slice(from, to).map(toEnvelope)), []);
      from = to;
    }
    const found = read();
    const byId = new Map(found.map(({ envelope }) => [fromEnvelope(envelope)?.id, fromEnvelope(envelope)]));
    assert.equal(found.length, events.length, `seed ${seed}`);
    for (const one of events) assert.deepEqual(byId.get(one.id), fromEnvelope(toEnvelope(one)), `seed ${seed}`);
    for (const { facts, envelope } of found) {
      const { at: _, ...told } = facts as ArchiveFacts;
      const { id, source, type, coarseType, key, period, tenant, livemode, received, queues } =
        fromEnvelope(envelope) ?? event;
      const whole = {
        id,
        source,
        type,
        coarseType,
        key,
        period,
        tenant,
        livemode,
        received: received.toISOString(),
        queues,
      };
      assert.deepEqual(told, JSON.parse(JSON.stringify(whole)), `seed ${seed}`);
    }
    for (const key of objects.keys())
      assert.match(key, /^archive\/2026\/01\/05\/1[012]\/(\d\d-){4}[0-9a-f]{16}\.jsonl\.gz$/);
  });

  it("names an object by the hour, and the first and the last minute and second, of when its events were received", async () => {
    const { archive, objects } = createArchive();
    const at = (time: string) => toEnvelope({ ...event, received: new Date(time) });
    await archive([
      ...[at("2026-01-05T10:59:59.999Z"), at("2026-01-05T10:00:01.000Z"), at("2026-01-05T10:20:00.000Z")],
      at("2026-01-05T11:00:00.000Z"),
    ]);
    assert.deepEqual([...objects.keys()].map((key) => key.replace(/-[0-9a-f]{16}\./, "-*.")).sort(), [
      "archive/2026/01/05/10/00-01-59-59-*.jsonl.gz",
      "archive/2026/01/05/11/00-00-00-00-*.jsonl.gz",
    ]);
  });

  it("has its facts read of the beginning alone, however far it goes, and says when that is too short", async () => {
    const { archive, objects } = createArchive();
    const events = eventsOf(7, 100).map((one) => ({ ...one, received: event.received }));
    await archive(events.map(toEnvelope));
    const [body = new Uint8Array()] = objects.values();
    const whole = readFacts(body)?.length;
    assert.equal(whole, 100);
    let [none, all] = [0, 0];
    for (let length = 12; length <= body.length; length += 13) {
      const facts = readFacts(body.subarray(0, length));
      assert.ok(facts === undefined || facts.length === 100, `${length} of ${body.length}`);
      if (facts === undefined) none += 1;
      else all += 1;
    }
    assert.ok(none > 10 && all > 10);
  });

  it("is one text to gunzip: facts first, then a line for each event, its body as text where it is UTF-8", async () => {
    const { archive, objects } = createArchive();
    await archive([toEnvelope(event), toEnvelope({ ...event, body: Uint8Array.of(0xff, 0x00) })]);
    const [body = new Uint8Array()] = objects.values();
    const lines = gunzipSync(body)
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ f }) => f),
      [0, 1, 1, undefined, undefined],
    );
    assert.deepEqual([lines[3].body, lines[3].data_base64], [new TextDecoder().decode(event.body), undefined]);
    assert.deepEqual([lines[4].body, lines[4].data_base64], [undefined, "/wA="]);
  });

  it("stores a message that is no envelope as it came, under the hour of its send, and with the others", async () => {
    const { archive, read, objects } = createArchive();
    const poison = [
      "{",
      '{"specversion":"1.0"}',
      '{"raw":1,\n"body":2}',
      "",
      toEnvelope({ ...event, received: new Date(8.64e15) }),
    ];
    assert.deepEqual(await archive([...poison, toEnvelope(event)], "2026-01-05T12:00:00.000Z"), []);
    const raw = read().filter(({ facts }) => "raw" in facts);
    assert.deepEqual(raw.map(({ envelope }) => envelope).sort(), poison.toSorted());
    assert.deepEqual(raw.map(({ facts }) => ("raw" in facts ? facts.raw : "")).sort(), ["m0", "m1", "m2", "m3", "m4"]);
    assert.ok([...objects.keys()].some((key) => key.startsWith("archive/2026/01/05/12/")));
  });

  it("gives back the events of an hour whose object is not stored, and no others", async () => {
    const { archive, objects, lines } = createArchive(/2026\/01\/05\/11/);
    const at = (hour: number) => toEnvelope({ ...event, received: new Date(Date.UTC(2026, 0, 5, hour)) });
    assert.deepEqual(await archive([at(10), at(11), at(12), at(11)]), ["m1", "m3"]);
    assert.deepEqual([...objects.keys()].map((key) => key.slice(0, 21)).sort(), [
      "archive/2026/01/05/10",
      "archive/2026/01/05/12",
    ]);
    assert.ok(
      lines.includes('not archived {"step":"archive","hour":"2026/01/05/11","events":2,"error":"Error: S3 is down"}'),
      lines.join("\n"),
    );
  });

  it("logs no payload, no id and no tenant", async () => {
    const { archive, lines } = createArchive();
    await archive([toEnvelope({ ...event, id: "id-of-it", tenant: "tenant-of-it", body: utf8.encode("body-of-it") })]);
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /-of-it/);
  });
});
