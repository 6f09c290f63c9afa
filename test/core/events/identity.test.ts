import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { windowMilliseconds } from "../../../lambdas/core/events/identity.ts";
import { eventsOf, type Provider, verify } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { githubDelivery, secret } from "../deliveries.ts";

const now = new Date("2026-03-04T05:06:07.000Z");

describe("the events of a verified delivery", () => {
  const eventOf = async (change: (headers: Headers) => void) => {
    const delivery = githubDelivery({ id: "72d3162e", type: "push" });
    change(delivery.headers);
    const verified = await verify(delivery, { provider: github, secrets: [secret], now });
    assert.ok(verified.kind === "verified");
    const [event] = eventsOf(verified, { source: "github-eu", provider: github, received: now });
    assert.ok(event !== undefined);
    return event;
  };

  it("have the fields of the delivery, under the name of their source", async () => {
    const { body, bodyHash, key, ...event } = await eventOf(() => {});
    assert.deepEqual(event, {
      ...{ id: "72d3162e", type: "push", source: "github-eu", received: now, bodyCovered: true },
      ...{ unsigned: ["id", "type"], contentType: "application/json" },
    });
    assert.equal(bodyHash, createHash("sha256").update(body).digest("base64url"));
    assert.equal(key, `v1#id=72d3162e#body=${bodyHash}`);
    assert.equal(new TextDecoder().decode(body), '{"ref":"refs/heads/main"}');
  });

  it("omit the fields that the delivery does not have, and have the hash of the body as id", async () => {
    const event = await eventOf((headers) => {
      for (const name of ["content-type", "x-github-delivery", "x-github-event"]) headers.delete(name);
    });
    const { body, period, ...rest } = event;
    assert.deepEqual(Object.keys(rest).sort(), ["bodyCovered", "bodyHash", "id", "key", "received", "source", "type"]);
    assert.equal(event.key, `v1#body=${event.id}`);
    assert.match(period ?? "", /^3600000-\d+$/);
    assert.match(event.id, /^[\w-]{43}$/);
  });
});

describe("the time that an event is remembered", () => {
  const hours = (identity: Provider["identity"], retryHours: number, event: { readonly period?: string }) =>
    windowMilliseconds({ ...github, identity, retryHours }, event) / 3_600_000;

  it("is a week, or as long as the provider goes on retrying, where an id tells events apart", () => {
    for (const identity of ["id", "id+body"] as const) {
      assert.deepEqual(
        [0, 168, 169].map((retry) => hours(identity, retry, {})),
        [168, 168, 169],
      );
    }
  });

  it("is as long as the provider retries, and an hour at least, where only bytes tell events apart, though the provider usually sends ids", () => {
    for (const identity of ["id", "id+body", "body"] as const) {
      assert.deepEqual(
        [0, 1, 2].map((retry) => hours(identity, retry, { period: "3600000-1" })),
        [1, 1, 2],
        identity,
      );
    }
    assert.equal(hours("delivery", 2, {}), 2);
  });
});

describe("the period of an event", () => {
  const periodsOf = async (identity: Provider["identity"], id: string | undefined) => {
    const provider = { ...github, identity, retryHours: 24, events: () => [id === undefined ? {} : { id }] };
    const verified = await verify(githubDelivery(), { provider, secrets: [secret], now });
    assert.ok(verified.kind === "verified");
    const start = Date.UTC(2026, 2, 4);
    const days = [0, 1, 2].map((day) => new Date(start + day * 86_400_000));
    return days.map((received) => {
      const [event] = eventsOf(verified, { source: "github", provider, received });
      return event?.period;
    });
  };

  it("is there where the key is the body's hash, and as long as the provider's window", async () => {
    for (const id of [undefined, "1"]) {
      const [first, ...later] = await periodsOf("body", id);
      assert.equal(first, "86400000-20516");
      assert.deepEqual(later, ["86400000-20517", "86400000-20518"]);
    }
    for (const identity of ["id", "id+body"] as const) {
      assert.deepEqual(
        await periodsOf(identity, undefined),
        await periodsOf("body", undefined),
        "a missing id is none",
      );
    }
  });

  it("is not there where an id tells events apart, or nothing does", async () => {
    for (const identity of ["id", "id+body", "delivery"] as const) {
      assert.deepEqual(new Set(await periodsOf(identity, "1")), new Set([undefined]), identity);
    }
    assert.deepEqual(new Set(await periodsOf("delivery", undefined)), new Set([undefined]));
  });
});
