import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import { createPostgresStores, type PostgresClient, postgresSchema } from "../../lambdas/stores/postgres.ts";
import { storesContract } from "../contract/stores.ts";
import { testSweep } from "../contract/sweep.ts";

const database = new PGlite();

before(async () => {
  await database.query(postgresSchema);
});

after(() => database.close());

storesContract("Postgres", () => createPostgresStores(database));

/** As `pg` and `postgres` have it: whole numbers of 8 bytes come as texts. */
const asTexts: PostgresClient = {
  async query(text, parameters) {
    const { rows } = await database.query<Record<string, unknown>>(text, parameters);
    return {
      rows: rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
        ),
      ),
    };
  },
};

describe("Postgres", () => {
  it("keeps its records where its tables are created again", async () => {
    const { dedupe } = createPostgresStores(database);
    await dedupe.mark("github#kept", { owner: "mine", expires: new Date(Date.now() + 60_000), sent: new Date() });
    await Promise.all([database.query(postgresSchema), database.query(postgresSchema)]);
    assert.equal((await dedupe.read("github#kept"))?.owner, "mine");
  });

  it("takes whole numbers that its driver gives as texts", async () => {
    const { dedupe, processing } = createPostgresStores(asTexts);
    const [now, expires] = [new Date(), new Date(Date.now() + 60_000)];
    await dedupe.claim("github#texts", { state: "received", owner: "mine", bodyHash: "", at: now, expires });
    assert.deepEqual((await dedupe.read("github#texts"))?.at, now);
    const mine = { owner: "mine", messageId: "1", received: now, now, leaseUntil: expires, expires };
    assert.deepEqual(await processing.claim("p#texts", mine), { won: true, attempt: 1, cut: false });
    const held = { state: "processing", leaseUntil: expires, attempts: 1, expires };
    assert.deepEqual(await processing.read("p#texts"), held);
  });

  it("rejects when the database does not answer, or the time of the call is up", async () => {
    const { dedupe, processing } = createPostgresStores({ query: () => Promise.reject(new Error("no connection")) });
    const [now, expires] = [new Date(), new Date(Date.now() + 60_000)];
    const record = { state: "received", owner: "mine", bodyHash: "", at: now, expires } as const;
    const unwell = { message: "no connection" };
    await assert.rejects(dedupe.claim("github#x", record), unwell);
    await assert.rejects(dedupe.mark("github#x", { owner: "mine", expires, sent: new Date() }), unwell);
    await assert.rejects(processing.end("p#x", "mine", { state: "done", messageId: "1", expires }), unwell);
    const late = AbortSignal.abort(new Error("late"));
    const { dedupe: well } = createPostgresStores(database);
    await assert.rejects(well.claim("github#late", record, late), { message: "late" });
    await assert.rejects(well.mark("github#late", { owner: "mine", expires, sent: new Date() }, late), {
      message: "late",
    });
    assert.equal(await well.read("github#late"), undefined);
  });

  testSweep(() => createPostgresStores(database));
});
