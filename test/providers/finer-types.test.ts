import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
const now = new Date("2026-01-05T10:00:00Z");
const form = { "content-type": "application/x-www-form-urlencoded" };

type Example = { readonly is: string; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** An event of each provider whose types are finer than what it calls one, by the provider's own type. */
const examples: Readonly<Record<string, readonly [coarse: string, Example]>> = {
  asana: ["added", { is: "added.task", body: '{"events":[{"action":"added","resource":{"resource_type":"task"}}]}' }],
  github: ["issues", { is: "issues.opened", body: '{"action":"opened"}', headers: { "x-github-event": "issues" } }],
  gitlab: [
    "merge_request",
    {
      is: "merge_request.open",
      body: '{"object_kind":"merge_request","object_attributes":{"action":"open"}}',
      headers: { "webhook-id": "1" },
    },
  ],
  "gitlab-token": [
    "merge_request",
    { is: "merge_request.open", body: '{"object_kind":"merge_request","object_attributes":{"action":"open"}}' },
  ],
  gocardless: [
    "payments",
    { is: "payments.confirmed", body: '{"events":[{"id":"EV1","resource_type":"payments","action":"confirmed"}]}' },
  ],
  line: ["message", { is: "message.text", body: '{"events":[{"type":"message","message":{"type":"text"}}]}' }],
  linear: ["Issue", { is: "Issue.create", body: '{"type":"Issue","action":"create","webhookTimestamp":0}' }],
  mailgun: [
    "failed",
    {
      is: "failed.permanent",
      body: '{"signature":{"timestamp":"","token":"1","signature":""},"event-data":{"event":"failed","severity":"permanent"}}',
    },
  ],
  "mercado-pago": ["payment", { is: "payment.updated", body: '{"id":1,"type":"payment","action":"payment.updated"}' }],
  meta: [
    "messages",
    {
      is: "messages.message.text",
      body: '{"entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"id":"m","type":"text"}]}}]}]}',
    },
  ],
  "modern-treasury": [
    "created",
    { is: "created.payment_order", body: '{"event":"created","data":{"object":"payment_order"}}' },
  ],
  plaid: ["TRANSACTIONS", { is: "TRANSACTIONS.SYNC", body: '{"webhook_type":"TRANSACTIONS","webhook_code":"SYNC"}' }],
  postmark: [
    "Bounce",
    { is: "Bounce.HardBounce", body: '{"RecordType":"Bounce","Type":"HardBounce","MessageID":"1"}' },
  ],
  slack: [
    "message",
    { is: "message.bot_message", body: '{"type":"event_callback","event":{"type":"message","subtype":"bot_message"}}' },
  ],
  twilio: [
    "in-progress",
    { is: "in-progress.completed", body: "CallSid=CA1&CallStatus=in-progress&DialCallStatus=completed", headers: form },
  ],
  xero: ["UPDATE", { is: "UPDATE.INVOICE", body: '{"events":[{"eventType":"UPDATE","eventCategory":"INVOICE"}]}' }],
};

/** The deployed Lambda with one file for one type: what is queued of an example. */
async function sentBy(name: string, { body, headers = {} }: Example, type: string) {
  const provider = providers[name];
  assert.ok(provider);
  const { secret, signingSecret = secret, documents = {} } = newSecret(provider);
  const fetch = async (address: string) =>
    new Response(documents[address] ?? "", { status: address in documents ? 200 : 404 });
  const url = `https://hooks.example/${name}`;
  const queue = createMemoryQueue([{ source: name, types: [type], queue: "all" }]);
  const sources = { [name]: { provider, secrets: async () => [secret], url, fetch } };
  const lambda = verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now });
  const unsigned = {
    ...{ method: "POST", url, body: new TextEncoder().encode(body) },
    headers: new Headers({ "content-type": "application/json", ...headers }),
  };
  const delivery = await sign(unsigned, { provider, secret: signingSecret, now, url });
  const { statusCode, body: answered } = await lambda(functionUrlEvent(delivery, true), context);
  assert.equal(statusCode, provider.answer?.status ?? 200, answered);
  return queue.sent.map(({ event }) => [event.type, event.coarseType]);
}

describe("a type that is finer than the provider's own", () => {
  for (const [name, [coarse, example]] of Object.entries(examples)) {
    it(`goes to the file of ${coarse}, as it did before it was finer, of ${name}`, async () => {
      assert.deepEqual(await sentBy(name, example, coarse), [[example.is, coarse]]);
    });

    it(`goes to a file of its own, of ${name}`, async () => {
      assert.deepEqual(await sentBy(name, example, example.is), [[example.is, coarse]]);
    });
  }

  it("is tested for every provider that describes one as data", () => {
    const asData = Object.values(providers).filter(({ events }) => typeof events === "object" && "subtype" in events);
    const missing = asData.map(({ name }) => name).filter((name) => !Object.hasOwn(examples, name));
    assert.deepEqual(missing, []);
    assert.ok(asData.length > 5);
  });
});
