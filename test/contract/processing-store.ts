import assert from "node:assert/strict";
import { it } from "node:test";
import type { ProcessingStore } from "../../lambdas/core/mod.ts";

const hour = 3_600_000;
/** In whole seconds, as a table's TTL has them. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

/** The part of the stores' contract that processing relies on. */
export function testProcessingStore(open: () => ProcessingStore): void {
  const claim = (key: string, owner: string, messageId = "message-1", at = now) =>
    open().claim(key, {
      owner,
      messageId,
      received: at,
      now: at,
      leaseUntil: new Date(at.getTime() + 60_000),
      expires: later(hour),
    });
  const end = (key: string, owner: string, state: "done" | "failed" | "dead", messageId = "message-1") =>
    open().end(key, owner, { state, messageId, reason: `reason of ${owner}`, expires: later(hour) });
  const read = async (key: string) => {
    const held = await open().read(key);
    return held && { state: held.state, leaseUntil: held.leaseUntil, attempts: held.attempts };
  };

  it("lets one of 50 concurrent claims win, and tells the others of its lease", async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, (_, index) => claim("p#rivals", `owner ${index}`)));
    assert.equal(claims.filter((one) => one.won).length, 1);
    const lost = { won: false, state: "processing", leaseUntil: later(60_000) };
    for (const one of claims) assert.deepEqual(one, one.won ? { won: true, attempt: 1, cut: false } : lost);
  });

  it("lets one of 50 win when a lease has ended, and counts that attempt once", async () => {
    const key = "p#successors";
    await claim(key, "cut");
    const owners = Array.from({ length: 50 }, (_, index) => `owner ${index}`);
    const claims = await Promise.all(owners.map((owner) => claim(key, owner, "message-1", later(60_001))));
    const won = claims.filter((one) => one.won);
    assert.deepEqual(won, [{ won: true, attempt: 2, cut: true }]);
    assert.equal((await read(key))?.attempts, 2);
  });

  it("gives an event away when its lease has ended, not before, and counts the attempts", async () => {
    const key = "p#lease";
    await claim(key, "first");
    assert.equal((await claim(key, "second", "message-1", later(60_000))).won, false);
    assert.deepEqual(await claim(key, "second", "message-1", later(60_001)), { won: true, attempt: 2, cut: true });
  });

  it("recognises the owner's own claim, whose answer was lost", async () => {
    await claim("p#own", "mine");
    assert.deepEqual(await claim("p#own", "mine"), { won: true, attempt: 2, cut: false });
  });

  it("reads a record, and nothing where there is none", async () => {
    const key = "p#read";
    assert.equal(await read(key), undefined);
    await claim(key, "first");
    assert.deepEqual(await read(key), { state: "processing", leaseUntil: later(60_000), attempts: 1 });
    let owner = "first";
    for (const state of ["failed", "dead", "done"] as const) {
      await end(key, owner, state);
      assert.equal((await read(key))?.state, state);
      owner = `after ${state}`;
      await claim(key, owner, `message after ${state}`);
    }
    assert.equal((await read(key))?.attempts, 3);
  });

  it("fences: a run that lost its lease cannot end the run of the next", async () => {
    const key = "p#fence";
    await claim(key, "slow");
    await claim(key, "next", "message-2", later(60_001));
    for (const state of ["done", "failed", "dead"] as const) assert.equal(await end(key, "slow", state), false);
    assert.deepEqual(await read(key), { state: "processing", leaseUntil: later(120_001), attempts: 2 });
    assert.equal(await end(key, "next", "failed"), true);
    assert.equal(await end(key, "next", "done"), false, "an ended run cannot end again");
    assert.equal((await read(key))?.state, "failed");
  });

  it("lets a run end late whose lease has expired and was not taken over", async () => {
    const key = "p#late";
    await claim(key, "slow");
    assert.equal(await end(key, "slow", "done"), true);
    const next = await claim(key, "next", "message-2", later(60_001));
    assert.equal(next.won === false && next.state, "done");
  });

  it("ends nothing where there is no record", async () => {
    assert.equal(await end("p#none", "mine", "done"), false);
    assert.equal(await read("p#none"), undefined);
  });

  it("lets a failed event be claimed again, and a done event only once it has expired", async () => {
    const key = "p#done";
    await claim(key, "first");
    await end(key, "first", "failed");
    assert.deepEqual(await claim(key, "second"), { won: true, attempt: 2, cut: false });
    await end(key, "second", "done");
    const next = await claim(key, "third", "message-2", later(hour));
    assert.equal(next.won === false && next.state, "done");
    const last = await claim(key, "third", "message-2", later(hour + 1000));
    assert.deepEqual(last, { won: true, attempt: 3, cut: false });
  });

  it("keeps a record until the time given at its end", async () => {
    const key = "p#prolonged";
    await claim(key, "first");
    await open().end(key, "first", { state: "done", messageId: "message-1", expires: later(9 * hour) });
    assert.equal((await open().read(key))?.expires.getTime(), later(9 * hour).getTime());
    assert.equal((await claim(key, "second", "message-2", later(9 * hour))).won, false);
    assert.equal((await claim(key, "second", "message-2", later(9 * hour + 1000))).won, true);
  });

  it("burns two copies of a dead event without restarting either, and runs a redriven one", async () => {
    const key = "p#dead";
    for (const messageId of ["message-1", "message-2"]) {
      assert.equal((await claim(key, `owner of ${messageId}`, messageId)).won, true);
      assert.equal(await end(key, `owner of ${messageId}`, "dead", messageId), true);
    }
    for (const messageId of ["message-1", "message-2", "message-1"]) {
      const burned = await claim(key, "again", messageId);
      assert.equal(burned.won === false && burned.state, "dead");
    }
    for (const messageId of ["message-", "essage-1", "message-11", "m%", "#"]) {
      const redriven = await claim(key, `owner of ${messageId}`, messageId);
      assert.equal(redriven.won, true, `${messageId} is no copy that is being burned`);
      await end(key, `owner of ${messageId}`, "dead", messageId);
    }
  });

  it("takes whatever text a reason is", async () => {
    const key = "p#reasons";
    for (const reason of ["", 'it\'s "so"; --', "line\nline", "🦊 é", "\0", "\ud800", "x".repeat(500)]) {
      const owner = crypto.randomUUID();
      assert.equal((await claim(key, owner)).won, true);
      const ended = await open().end(key, owner, {
        ...{ state: "failed", messageId: "message-1", reason, expires: later(hour) },
      });
      assert.equal(ended, true, JSON.stringify(reason));
    }
  });
}
