import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import { stateOf } from "../../../operate/events/event-state.ts";
import { findEvents } from "../../../operate/events/find-events.ts";
import { copiesOf } from "../../../operate/replay/copies.ts";
import { deployed } from "../stage-fixture.ts";

const now = Date.now();
const day = 86_400_000;

describe("readers of the archive", () => {
  const counting = () => {
    const counts = { list: 0 };
    const archive = {
      async list() {
        counts.list += 1;
        if (counts.list > 20_000) throw new Error("more than 20,000 lists for an archive of 14 days");
        return [];
      },
      facts: async () => [],
      oldest: async () => now - 14 * day,
    } as unknown as ArchiveBucket;
    return { archive, counts };
  };

  it("lists no hours that the archive cannot have: --until 2100-01-01", async () => {
    const { archive } = counting();
    const until = Date.parse("2100-01-01");
    for await (const _ of findEvents(archive, { since: now - day, until })) assert.fail();
  });

  it("lists no hours that the archive cannot have: --since 1970-01-01", async () => {
    const { archive } = counting();
    for await (const _ of findEvents(archive, { since: 0, until: now })) assert.fail();
  });

  it("lists no hours that the archive cannot have: a replay --since 1970-01-01", async () => {
    const { archive } = counting();
    const to = [deployed("github/push")];
    const wanted = { filter: {}, since: 0, until: now, to, mode: "missing", tests: false } as const;
    const places = { archive, routes: to, table: "t", dynamoDb: undefined as never, now: () => now };
    for await (const _ of copiesOf(wanted, places)) assert.fail();
  });

  it("does not say that an event is retried whose last receive was killed a day ago", () => {
    // 14 receives, the process ended in each: nobody wrote nx = 0, and SQS has moved the copy to the DLQ.
    const ex = { N: String(Math.floor(now / 1000) + 3600) };
    const record = { st: { S: "proc" }, ex, n: { N: "14" }, lu: { N: String(now - day) } };
    const around = { processor: "github/push", now, received: now - 2 * day, isSpilled: false, isPaused: false };
    assert.notEqual(stateOf(record, around).state, "waiting");
  });
});
