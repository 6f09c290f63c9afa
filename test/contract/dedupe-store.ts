import assert from "node:assert/strict";
import { it } from "node:test";
import type { DedupeStore, IngressRecord } from "../../lambdas/core/mod.ts";

const hour = 3_600_000;
/** In whole seconds, as a table's TTL has them. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

const record = (owner: string, more: Partial<IngressRecord> = {}): IngressRecord => ({
  ...{ state: "received", owner, bodyHash: "hash", at: now, expires: later(hour) },
  ...more,
});

/** The part of the stores' contract that ingress relies on. */
export function testDedupeStore(open: () => DedupeStore): void {
  it("lets one of 50 concurrent claims win, and names the winner to the others", async () => {
    const owners = Array.from({ length: 50 }, (_, index) => `owner ${index}`);
    const claims = await Promise.all(owners.map((owner) => open().claim("github#rivals", record(owner))));
    const winner = owners[claims.findIndex((claim) => claim.won)];
    assert.equal(claims.filter((claim) => claim.won).length, 1);
    for (const claim of claims) if (!claim.won) assert.deepEqual(claim.held, record(winner ?? ""));
  });

  it("lets concurrent claims of different events win all", async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `github#apart-${index}`);
    const claims = await Promise.all(keys.map((key) => open().claim(key, record(`owner of ${key}`))));
    assert.ok(claims.every((claim) => claim.won));
    for (const key of keys) assert.deepEqual(await open().read(key), record(`owner of ${key}`));
  });

  it("reads nothing where there is no record", async () => {
    assert.equal(await open().read("github#never"), undefined);
  });

  it("tells an owner whose answer was lost that the record is its own", async () => {
    const dedupe = open();
    await dedupe.claim("github#own", record("mine"));
    const again = await dedupe.claim("github#own", record("mine"));
    assert.equal(again.won === false && again.held.owner, "mine");
  });

  it("counts a record as there until it has expired, whether it has been deleted or not", async () => {
    const dedupe = open();
    const key = "github#expiry";
    await dedupe.claim(key, record("first"));
    assert.equal((await dedupe.claim(key, record("second", { at: later(hour) }))).won, false);
    assert.equal((await dedupe.claim(key, record("second", { at: later(hour + 1000) }))).won, true);
    assert.equal((await dedupe.read(key))?.owner, "second");
  });

  it("replaces an expired record as a whole", async () => {
    const dedupe = open();
    const key = "github#anew";
    await dedupe.claim(key, record("first"));
    await dedupe.mark(key, { owner: "first", expires: later(hour), sent: new Date() });
    const second = record("second", { bodyHash: "other", at: later(2 * hour), expires: later(3 * hour) });
    assert.equal((await dedupe.claim(key, second)).won, true);
    assert.deepEqual(await dedupe.read(key), second);
  });

  it("marks the owner's record, and nothing of another owner", async () => {
    const dedupe = open();
    const key = "github#marks";
    await dedupe.claim(key, record("mine"));
    await dedupe.mark(key, { owner: "another", expires: later(2 * hour), sent: new Date() });
    assert.deepEqual(await dedupe.read(key), record("mine"));
    await dedupe.mark(key, { owner: "mine", expires: later(2 * hour), sent: new Date() });
    assert.deepEqual(await dedupe.read(key), record("mine", { state: "enqueued", expires: later(2 * hour) }));
  });

  it("lets a delivery that forwarded an event complete the holder's record", async () => {
    const dedupe = open();
    const key = "github#forwarded";
    await dedupe.claim(key, record("holder"));
    const refused = await dedupe.claim(key, record("forwarder"));
    assert.ok(!refused.won);
    await dedupe.mark(key, { owner: refused.held.owner, expires: later(hour), sent: new Date() });
    assert.deepEqual(await dedupe.read(key), record("holder", { state: "enqueued" }));
    const next = await dedupe.claim(key, record("next"));
    assert.equal(next.won === false && next.held.state, "enqueued");
  });

  it("lets no late mark touch a record of another generation", async () => {
    const dedupe = open();
    const key = "github#generation";
    await dedupe.claim(key, record("frozen"));
    const second = record("second", { at: later(2 * hour), expires: later(3 * hour) });
    await dedupe.claim(key, second);
    await dedupe.mark(key, { owner: "frozen", expires: later(9 * hour), sent: new Date() });
    assert.deepEqual(await dedupe.read(key), second);
  });

  it("marks an event whose claim never arrived", async () => {
    const dedupe = open();
    await dedupe.mark("github#absent", { owner: "mine", expires: later(hour), sent: new Date() });
    const held = await dedupe.read("github#absent");
    assert.equal(held?.state, "enqueued");
    assert.equal(held?.bodyHash, "");
    assert.equal(held?.expires.getTime(), later(hour).getTime());
    const claim = await dedupe.claim("github#absent", record("next"));
    assert.equal(claim.won, false);
  });

  it("re-opens an existing record under a new owner, for the given time", async () => {
    const dedupe = open();
    const key = "github#reopened";
    await dedupe.claim(key, record("mine"));
    await dedupe.mark(key, { owner: "mine", expires: later(hour), sent: new Date() });
    await dedupe.reopen(key, later(9 * hour));
    await dedupe.mark(key, { owner: "mine", expires: later(hour), sent: new Date() });
    const held = await dedupe.read(key);
    assert.notEqual(held?.owner, "mine");
    assert.deepEqual(held, record(held?.owner ?? "", { expires: later(9 * hour) }));
    await dedupe.reopen(key, later(9 * hour));
    assert.notEqual((await dedupe.read(key))?.owner, held?.owner);
  });

  it("re-opens an expired record as a new one, so that a late mark cannot take its place after its deletion", async () => {
    const dedupe = open();
    const key = "github#expired";
    await dedupe.claim(key, { ...record("mine"), expires: later(-hour) });
    await dedupe.reopen(key, later(hour));
    assert.equal((await dedupe.read(key))?.expires.getTime(), later(hour).getTime());
  });

  it("re-opens an event without a record, so that the mark of a delivery whose claim failed cannot close it", async () => {
    const dedupe = open();
    const key = "github#never-claimed";
    await dedupe.reopen(key, later(hour));
    await dedupe.mark(key, { owner: "mine", expires: later(hour), sent: new Date() });
    const held = await dedupe.read(key);
    assert.equal(held?.state, "received");
    assert.equal(held?.at.getTime(), 0);
    assert.equal(held?.expires.getTime(), later(hour).getTime());
  });

  it("keeps keys apart that differ in case, in a space, or only outside a pattern", async () => {
    const dedupe = open();
    const keys = ["Case", "case", "case ", "case%25", "ca_e", "c*", "case'--", 'case"', "cäse"].map(
      (id) => `github#${id}`,
    );
    for (const key of keys) assert.equal((await dedupe.claim(key, record(key))).won, true, key);
    for (const key of keys) assert.equal((await dedupe.read(key))?.owner, key);
  });
}
