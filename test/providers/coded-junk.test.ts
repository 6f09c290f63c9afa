import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDelivery } from "../../lambdas/core/events/read-delivery.ts";
import type { Delivery } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { now } from "../contract/provider-variants.ts";
import { codedRows } from "./rows.ts";

/** The same junk at every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const pieces = [
  "",
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "null",
  "1e999",
  "-0",
  "\\",
  "\u0000",
  "é",
  "|",
  "&",
  "=",
  "%",
  ";",
];

/** A request with some of its characters replaced: in the body, the URL or a header. */
function changed({ url, headers, body, method }: Delivery, random: (below: number) => number): Delivery {
  const change = (text: string) => {
    const at = random(text.length + 1);
    const piece = pieces[random(pieces.length)] ?? "";
    return text.slice(0, at) + piece + text.slice(at + random(8));
  };
  const copy = new Headers(headers);
  const names = [...headers.keys()];
  const name = names[random(names.length)];
  const where = random(3);
  if (where === 0 && name !== undefined) {
    try {
      copy.set(name, change(headers.get(name) ?? ""));
    } catch {
      copy.delete(name);
    }
  }
  const text = new TextDecoder().decode(body);
  return {
    method,
    url: where === 1 ? change(url) : url,
    headers: copy,
    body: where === 2 ? new TextEncoder().encode(change(text)) : body,
  };
}

describe("junk", () => {
  for (const [name, row] of Object.entries(codedRows)) {
    const provider = providers[name];
    if (provider === undefined) continue;

    it(`for ${name} is answered, never with a fault, and causes no fetch`, async () => {
      const random = createRandom(name.length + 1);
      const hosts = Object.keys(row.documents ?? {}).map((url) => new URL(url).host);
      const { path = `/${name}`, headers, body } = row.right;
      const right = { method: "POST", url: `https://hooks.example${path}`, headers: new Headers(headers), body };
      const { url = right.url, secret, signingSecret = secret } = row;
      for (let turn = 0; turn < 1500; turn += 1) {
        const fetch = async (address: string) => {
          assert.ok(hosts.includes(new URL(address).host), address);
          return new Response(row.documents?.[address] ?? "", { status: row.documents?.[address] ? 200 : 404 });
        };
        const delivery = changed(turn % 2 === 0 ? right : changed(right, random), random);
        const result = await verify(delivery, { provider, secrets: [secret], now, url, fetch });
        assert.notEqual(result.kind, "unavailable", JSON.stringify([delivery.url, [...delivery.headers]]));
        if (typeof provider.events === "function")
          Array.from(provider.events(readDelivery(delivery)), ({ body }) => body);
      }
      await sign(right, { provider, secret: signingSecret, now, url });
    });

    it(`for ${name} that is deeply nested or long is read in linear time`, async () => {
      const deep = "[".repeat(200_000);
      const bodies = [deep, `{"a":${deep}`, "a=1&".repeat(200_000), "%".repeat(500_000), " ".repeat(500_000)];
      const { path = `/${name}`, headers } = row.right;
      const url = `https://hooks.example${path}`;
      for (const text of bodies) {
        const body = new TextEncoder().encode(text);
        const delivery = { method: "POST", url, headers: new Headers(headers), body };
        const fetch = async (address: string) => new Response(row.documents?.[address] ?? "");
        const started = performance.now();
        const result = await verify(delivery, { provider, secrets: [row.secret], now, url: row.url ?? url, fetch });
        if (typeof provider.events === "function")
          Array.from(provider.events(readDelivery(delivery)), ({ body }) => body);
        // The square of their length would take minutes.
        assert.ok(performance.now() - started < 30_000);
        assert.notEqual(result.kind, "unavailable");
      }
    });
  }
});
