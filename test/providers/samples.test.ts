import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { readSample, stamp } from "../../infra/cli/sample.ts";
import { sign } from "../../lambdas/core/sign.ts";
import { verify } from "../../lambdas/core/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { rows } from "./rows.ts";

const samples = new URL("../../lambdas/providers/samples/", import.meta.url);
const now = new Date("2026-01-05T10:00:00Z");

describe("a sample", () => {
  for (const [name, provider] of Object.entries(providers)) {
    for (const file of readdirSync(new URL(`${name}/`, samples), { recursive: true, encoding: "utf8" })) {
      const type = file.replace(/\.json$/, "");
      it(`of ${name}/${type} is sent rightly signed, under the id and type that it is given`, async () => {
        const { events } = provider;
        assert.ok(typeof events === "object");
        const secret = rows[name]?.secret ?? "";
        const given = { url: `https://hooks.example/${name}`, body: readSample(name, type), id: "sent-1", type };
        const signed = await sign(stamp(provider, given, false), { provider, secret, now });
        const result = await verify(signed, { provider, secrets: [secret], now });
        assert.ok(result.kind === "verified");
        assert.equal(result.events[0]?.id, events.id === undefined ? undefined : "sent-1");
        assert.equal(result.events[0]?.type, events.type === undefined ? undefined : type);
      });

      it(`of ${name}/${type} bears a tenant where its provider has one`, async () => {
        const { events } = provider;
        assert.ok(typeof events === "object");
        const given = { url: "https://hooks.example/", body: readSample(name, type), id: "sent-1", type };
        const secret = rows[name]?.secret ?? "";
        const signed = await sign(stamp(provider, given, true), { provider, secret, now });
        const result = await verify(signed, { provider, secrets: [secret], now });
        assert.ok(result.kind === "verified");
        assert.equal(result.events[0]?.tenant !== undefined, events.tenant !== undefined);
      });
    }
  }
});
