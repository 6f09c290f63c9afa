import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { burstOf } from "./burst.ts";
import { quotas } from "./quotas.ts";
import { archiveCapacity, askedAt, concurrencyAt, firstToBreak, rateAtQuota, unboundedAt, writesAt } from "./scale.ts";
import { scalePages } from "./scale-page.ts";

const isNear = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < expected / 1000, `${found}`);

describe("the model of scale", () => {
  it("counts four write units an event and one for each duplicate", () => {
    isNear(writesAt(1000), 4010);
  });

  it("has as many runs at once as come in a run's time", () => {
    const { verifier, processors } = concurrencyAt(1000);
    isNear(verifier, 1010 * 0.037);
    isNear(processors, 60);
  });

  it("asks everything for ten times as much at ten times the rate, but for one environment's secrets", () => {
    const [one, ten] = [askedAt(1000), askedAt(10_000)];
    for (const [index, { asked }] of one.entries()) isNear(ten[index]?.asked ?? 0, 10 * asked);
  });

  it("names a new table first, and nothing that breaks at a hundred events a second", () => {
    assert.equal(firstToBreak(100).name, "table, when it is new");
    assert.ok(askedAt(100).every(({ asked, most }) => asked < most));
    const broken = askedAt(1000).filter(({ asked, most }) => asked > most);
    assert.deepEqual(
      broken.map(({ name }) => name),
      ["table, when it is new"],
    );
  });

  it("has four requests of SQS and a fifth an event, and a kilobyte of log lines", () => {
    const [sqs, logs] = unboundedAt(1000);
    isNear(sqs?.asked ?? 0, 4200);
    assert.ok(logs !== undefined && logs.asked > 0.8 && logs.asked < 1.3);
  });

  it("says the rate at which a default is used up", () => {
    isNear(rateAtQuota("table"), 40_000 / 4.01);
    isNear(rateAtQuota("archive's function"), archiveCapacity());
  });
});

describe("a burst of ten times the rate for five minutes", () => {
  it("keeps nobody waiting for long from ten events a second, and loses no place", () => {
    const { throttledShare, longestWait, drained, writesAboveShare, backlog } = burstOf(10);
    assert.deepEqual([throttledShare, drained, writesAboveShare], [0, 0, 0]);
    assert.ok(longestWait < 1 && backlog < 100);
  });

  it("has every accepted event done in the end, and never more runs than the account has", () => {
    for (const before of [10, 100, 1000]) {
      const { waiting, concurrency } = burstOf(before);
      assert.equal(waiting.at(-1), 0);
      assert.ok(concurrency <= quotas.concurrency.most);
    }
  });

  it("has events wait while the mapping grows, no more than came above what it can do", () => {
    const { backlog, longestWait } = burstOf(1000);
    assert.ok(backlog > 0 && backlog < 9000 * 300);
    assert.ok(longestWait < 300);
  });

  it("that is none leaves no event waiting", () => {
    assert.equal(burstOf(100, 1).backlog, 0);
  });
});

describe("docs/scale.md", () => {
  it("and its drawings are what the script makes: node test/cost/scale-page.ts --write writes them", () => {
    for (const [address, text] of scalePages()) assert.equal(readFileSync(address, "utf8"), text);
  });

  it("has the source of every quota in AWS's documentation", () => {
    for (const { source } of Object.values(quotas)) assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//);
  });
});
