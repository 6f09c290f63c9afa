import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { EventFields, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { readSample, sampleType, stamp } from "../../operate/samples/sample.ts";
import { codedRows, rows } from "./rows.ts";

const samples = new URL("../../lambdas/providers/samples/", import.meta.url);
const now = new Date("2026-01-05T10:00:00Z");

/** A UUID, as SNS has no other ids. */
const sentId = "0d1c9b9e-5a0f-4c07-9d0f-2f7c5f0c8a11";

/** What is read of a sample that was sent under an id. */
async function sendSample(provider: Provider, type: string, fixedBody: boolean): Promise<readonly EventFields[]> {
  const { name } = provider;
  const row = rows[name] ?? codedRows[name];
  assert.ok(row !== undefined);
  const { secret, signingSecret = secret, url = `https://hooks.example/${name}` } = row;
  const documents = "documents" in row ? row.documents : undefined;
  const fetch = async (address: string) => new Response(documents?.[address] ?? "");
  const unsigned = stamp(provider, { url, ...readSample(name, type), id: sentId, type }, fixedBody);
  const signed = await sign(unsigned, { provider, secret: signingSecret, now, url });
  const result = await verify(signed, { provider, secrets: [secret], now, url, ...defined({ fetch }) });
  assert.equal(result.kind, "verified");
  return result.kind === "verified" ? [...result.events] : [];
}

describe("a sample", () => {
  for (const [name, provider] of Object.entries(providers)) {
    it(`of ${name} is there`, () => assert.ok(existsSync(new URL(`${name}/`, samples))));
    const files = existsSync(new URL(`${name}/`, samples))
      ? readdirSync(new URL(`${name}/`, samples), { recursive: true, encoding: "utf8" })
      : [];
    for (const file of files.filter((path) => /\.(json|form)$/.test(path))) {
      const type = sampleType(file);
      const { events } = provider;

      it(`of ${name}/${type} is sent rightly signed, under the id and type that it is given`, async () => {
        const sent = await sendSample(provider, type, false);
        if (typeof events === "function") {
          assert.ok(sent.some((fields) => fields.type === type || fields.type === undefined));
          // Without a place for it, the id is one that the provider's signature makes.
          const { body } = readSample(name, type);
          const takesId = new TextDecoder().decode(body).includes("__ID__");
          for (const { id = sentId } of sent) if (takesId) assert.ok(id.includes(sentId));
          return;
        }
        assert.equal(sent[0]?.id, events.id === undefined ? undefined : sentId);
        assert.equal(sent[0]?.type, events.type === undefined ? undefined : type);
      });

      it(`of ${name}/${type} has a tenant where its provider has one`, async () => {
        // A header stands in no sample.
        if (typeof events === "function" || (events.tenant !== undefined && "header" in events.tenant)) return;
        const [sent] = await sendSample(provider, type, true);
        assert.equal(sent?.tenant !== undefined, events.tenant !== undefined);
      });
    }
  }
});
