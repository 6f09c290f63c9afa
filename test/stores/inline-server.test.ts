import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { type Attempt, createReceiver } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { createSqliteStores } from "../../lambdas/stores/sqlite.ts";
import { answering } from "../answering.ts";
import { githubDelivery, secret } from "../core/deliveries.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-inline-"));
after(() => rmSync(folder, { recursive: true, force: true }));

type Push = { readonly ref: string };

/** An app of its own on the one file: its HTTP server, its connection and its handler. */
async function startApp(push: (attempt: Attempt<Push>) => Promise<void>) {
  const database = new DatabaseSync(join(folder, "app.db"));
  const { processing } = createSqliteStores(database);
  const receive = createReceiver<{ readonly push: Push }>({
    sources: { github: { provider: github, secrets: async () => [secret] } },
    handlers: { push },
    processing,
  });
  const server = answering(async (incoming, response) => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const body = new Uint8Array(await buffer(incoming));
    const answer = await receive(new Request(`http://127.0.0.1${incoming.url}`, { method: "POST", headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    async deliver(id: string) {
      const { method, headers, body } = githubDelivery({ id });
      const response = await fetch(`http://127.0.0.1:${port}/github`, { method, headers, body });
      const { outcome = "", error = "" } = await response.json();
      return { status: response.status, said: `${outcome}${error}`, retryAfter: response.headers.get("retry-after") };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      database.close();
    },
  };
}

describe("handlers on a server, their records in a file", () => {
  it("run once for an event that is delivered twice at once; its retry is a duplicate, also after a restart", async () => {
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const refs: string[] = [];
    const push = async ({ payload }: Attempt<Push>) => {
      refs.push(payload.ref);
      begun.resolve();
      await held.promise;
    };
    const app = await startApp(push);
    const first = app.deliver("twice");
    await begun.promise;
    const second = await app.deliver("twice");
    assert.deepEqual([second.status, second.said], [503, "processing"]);
    const retryAfter = Number(second.retryAfter);
    assert.ok(retryAfter > 30 && retryAfter <= 35, `Retry-After is ${retryAfter}`);
    held.resolve();
    assert.deepEqual(await first, { status: 200, said: "accepted", retryAfter: null });
    assert.deepEqual(await app.deliver("twice"), { status: 200, said: "duplicate", retryAfter: null });
    await app.close();
    const next = await startApp(push);
    assert.deepEqual(await next.deliver("twice"), { status: 200, said: "duplicate", retryAfter: null });
    await next.close();
    assert.deepEqual(refs, ["refs/heads/main"]);
  });

  it("run once for deliveries to two apps on one file, and an event that failed at one runs again at the other", async () => {
    const runs: string[] = [];
    const handlerOf = (app: string) => async (attempt: Attempt<Push>) => {
      runs.push(`${attempt.event.id} at ${app}`);
      if (attempt.event.id === "failing" && attempt.attempt === 1) throw new Error("no");
    };
    const apps = [await startApp(handlerOf("one")), await startApp(handlerOf("two"))];
    const ids = Array.from({ length: 20 }, (_, index) => `event ${index}`);
    const answers = await Promise.all(ids.flatMap((id) => apps.map((app) => app.deliver(id))));
    assert.equal(runs.length, ids.length);
    for (const { status, said } of answers)
      assert.match(`${status} ${said}`, /^(200 (accepted|duplicate)|503 processing)$/);
    assert.equal(answers.filter(({ said }) => said === "accepted").length, ids.length);
    runs.length = 0;
    assert.equal((await apps[0]?.deliver("failing"))?.status, 500);
    assert.equal((await apps[1]?.deliver("failing"))?.said, "accepted");
    assert.deepEqual(runs, ["failing at one", "failing at two"]);
    for (const app of apps) await app.close();
  });
});
