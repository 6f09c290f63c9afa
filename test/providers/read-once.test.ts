import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { describe, it, mock } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { createVerifier } from "../../lambdas/core/create-verifier.ts";
import { silent } from "../../lambdas/core/log.ts";
import { createMemoryProcessing } from "../../lambdas/core/memory-processing.ts";
import type { Attempt } from "../../lambdas/core/processing/processor.ts";
import { createReceiver } from "../../lambdas/core/receiver.ts";
import type { InlineReceiverOptions, ReceiverOptions } from "../../lambdas/core/receiver-options.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { now as testNow } from "../contract/provider-variants.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { codedRows, requestOf, rows } from "./rows.ts";

/** How often a whole body is parsed, and how often it is hashed. */
type Readings = { readonly parsed: number; readonly hashed: number };

/** One hash. In Deno it cannot be seen: a module's named import of `node:crypto` is not the function that can be replaced. */
const once = "Deno" in globalThis ? 0 : 1;

/** Counts what is done to a body while something runs. */
async function countReadings(body: Uint8Array, run: () => Promise<unknown>): Promise<Readings> {
  const text = new TextDecoder().decode(body);
  const { parse } = JSON;
  const { hash } = crypto;
  let [parsed, hashed] = [0, 0];
  const parsing = mock.method(JSON, "parse", (json: string, reviver?: Parameters<typeof parse>[1]) => {
    if (json === text) parsed += 1;
    return parse(json, reviver);
  });
  const hashing = mock.method(crypto, "hash", (algorithm: string, data: Uint8Array, encoding: "hex") => {
    if (Buffer.compare(data, body) === 0) hashed += 1;
    return hash(algorithm, data, encoding);
  });
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    parsing.mock.restore();
    hashing.mock.restore();
    syncBuiltinESMExports();
  }
  return { parsed, hashed };
}

/** A request that the provider's row signed, and what receives it. */
function received(name: string, secret?: string) {
  const provider = providers[name];
  const row = rows[name] ?? codedRows[name];
  assert.ok(provider !== undefined && row !== undefined);
  const { headers, body, path = `/${name}` } = { path: undefined, ...requestOf(row) };
  const documents = "documents" in row ? row.documents : undefined;
  const fetch = async (address: string) => new Response(documents?.[address] ?? "");
  const source = { provider, secrets: async () => [secret ?? row.secret], fetch, ...defined({ url: row.url }) };
  const common = { sources: { [name]: source }, now: () => testNow, log: silent };
  const request = () => new Request(`https://hooks.example${path}`, { method: "POST", headers, body });
  const taken = async (options: ReceiverOptions | InlineReceiverOptions) => {
    const { status } = await createReceiver(options)(request());
    assert.equal(status, secret === undefined ? (provider.answer?.status ?? 200) : 401);
  };
  return { provider, row, body, common, request, taken };
}

/** Through dedupe and queue. */
async function queued(name: string, secret?: string): Promise<Readings> {
  const { body, common, taken } = received(name, secret);
  const queue = createMemoryQueue([{ source: name, types: [], queue: "all" }]);
  return await countReadings(body, () => taken({ ...common, dedupe: createMemoryDedupe(), queue }));
}

/** Through a handler that reads the payload twice. */
async function handled(name: string): Promise<Readings> {
  const { body, common, taken } = received(name);
  const onUnhandledEvent = (attempt: Attempt<unknown>) => assert.equal(attempt.payload, attempt.payload);
  const inline = { handlers: {}, onUnhandledEvent, processing: createMemoryProcessing() };
  return await countReadings(body, () => taken({ ...common, ...inline }));
}

describe("a delivery's body", () => {
  for (const name of Object.keys(providers)) {
    it(`of ${name} is parsed and hashed at most once on its way to a queue`, async () => {
      const { parsed, hashed } = await queued(name);
      assert.ok(parsed <= 1, `parsed ${parsed} times`);
      assert.ok(hashed <= 1, `hashed ${hashed} times`);
    });
  }

  for (const name of ["stripe", "github", "slack", "twitch"]) {
    it(`of ${name} is parsed and hashed once, on its way to a queue and to a handler`, async () => {
      assert.deepEqual(await queued(name), { parsed: 1, hashed: once });
      assert.deepEqual(await handled(name), { parsed: 1, hashed: once });
    });

    it(`of ${name} is neither parsed nor hashed where the delivery is refused`, async () => {
      assert.deepEqual(await queued(name, "a secret that signed nothing"), { parsed: 0, hashed: 0 });
    });
  }

  it("is parsed once by a verifier whose payload is read twice", async () => {
    const { provider, row, body, request } = received("stripe");
    const verify = createVerifier({ provider, secret: row.secret, now: () => testNow });
    const readings = await countReadings(body, async () => {
      const result = await verify(request());
      assert.ok(result.kind === "verified");
      assert.equal(result.payload, result.payload);
    });
    assert.deepEqual(readings, { parsed: 1, hashed: once });
  });
});
