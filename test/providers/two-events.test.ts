import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { createGeneric } from "../../lambdas/providers/generic.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
const day = 86_400_000;

/** The deployed Lambda around one source, at a time of its own: what became of a body, and what is queued by then. */
function receiverOf(provider: Provider, types: readonly string[] = []) {
  const secret = provider.name === "adyen-payments" ? "ab".repeat(32) : "a secret of this test";
  let now = new Date("2026-01-05T10:00:00Z");
  const queue = createMemoryQueue([{ source: provider.name, types, queue: "all" }]);
  const url = `https://hooks.example/${provider.name}`;
  const sources = { [provider.name]: { provider, secrets: async () => [secret], url } };
  const lambda = verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now });
  return {
    pass(milliseconds: number) {
      now = new Date(now.getTime() + milliseconds);
    },
    sent: () => queue.sent.map(({ event }) => event),
    async post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
      const unsigned = { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(body) };
      const delivery = await sign(unsigned, { provider, secret, now, url });
      const { statusCode, body: answered = "" } = await lambda(functionUrlEvent(delivery, true), context);
      assert.equal(statusCode, provider.answer?.status ?? 200, answered);
      return answered.startsWith("{") ? JSON.parse(answered).outcome : "";
    },
  };
}

const provider = (name: string): Provider => {
  const found = providers[name];
  assert.ok(found);
  return found;
};

describe("equal items of one delivery", () => {
  const item = (name: string) => `{"name":"${name}","channel":"c"}`;
  const body = `{"time_ms":1,"events":[${["channel_occupied", "channel_vacated", "channel_occupied"].map(item)}]}`;

  it("are separate events, and duplicates where the delivery is repeated", async () => {
    const { post, sent } = receiverOf(provider("pusher"));
    assert.equal(await post(body), "accepted");
    assert.deepEqual(
      sent().map(({ type }) => type),
      ["channel_occupied", "channel_vacated", "channel_occupied"],
    );
    assert.equal(new Set(sent().map(({ key }) => key)).size, 3);
    assert.equal(await post(body), "duplicate");
    assert.equal(sent().length, 3);
  });

  for (const [name, wrapped] of [
    ["asana", (one: string) => `{"events":[${one},${one}]}`],
    ["xero", (one: string) => `{"events":[${one},${one}]}`],
    ["meta", (one: string) => `{"entry":[{"id":"1","changes":[${one},${one}]}]}`],
    ["gocardless", (one: string) => `{"events":[${one},${one}]}`],
    ["hubspot", (one: string) => `[${one},${one}]`],
    ["line", (one: string) => `{"events":[${one},${one}]}`],
    ["okta", (one: string) => `{"data":{"events":[${one},${one}]}}`],
  ] as const) {
    it(`without an id are two of ${name}, and stay two where they are repeated`, async () => {
      const { post, sent } = receiverOf(provider(name));
      const both = wrapped('{"field":"feed","action":"added"}');
      await post(both);
      assert.equal(sent().length, 2);
      await post(both);
      assert.equal(sent().length, 2);
    });
  }
});

describe("an event that is known for no longer than its provider's retries take", () => {
  it("is one without an id, though its provider can send one: a nightly one of two days is two", async () => {
    const acme = createGeneric({ name: "acme", id: { json: "/id" }, type: { json: "/type" } });
    const { post, pass, sent } = receiverOf(acme);
    assert.equal(await post('{"type":"nightly.done"}'), "accepted");
    assert.equal(await post('{"type":"nightly.done"}'), "duplicate");
    pass(day);
    assert.equal(await post('{"type":"nightly.done"}'), "accepted");
    assert.equal(new Set(sent().map(({ period }) => period)).size, 2, "for its processors, too");
  });

  it("is GitLab's before 17.4, which sends no Idempotency-Key, the webhook's own id being none of an event", async () => {
    const { post, pass } = receiverOf(provider("gitlab-token"));
    const tag = '{"object_kind":"tag_push","ref":"refs/tags/v1"}';
    const headers = { "x-gitlab-webhook-uuid": "13792a34-cac6-4fda-95a8-c58e00a3954e" };
    assert.equal(await post(tag, headers), "accepted");
    assert.equal(await post(tag, headers), "duplicate");
    pass(2 * day);
    assert.equal(await post(tag, headers), "accepted");
  });

  it("is not one with an id", async () => {
    const { post, pass } = receiverOf(provider("gitlab-token"));
    const headers = { "idempotency-key": "1" };
    assert.equal(await post("{}", headers), "accepted");
    pass(6 * day);
    assert.equal(await post("{}", headers), "duplicate");
  });
});

describe("two notifications of Adyen that share reference and code", () => {
  const notification = (fields: object, additionalData: object = {}) =>
    JSON.stringify({
      live: "false",
      notificationItems: [
        {
          NotificationRequestItem: {
            ...{ pspReference: "P", merchantAccountCode: "A", success: "true", eventDate: "2026-01-05T10:00:00+01:00" },
            ...fields,
            additionalData,
          },
        },
      ],
    });
  const status = (eventCode: string, disputeStatus: string) => notification({ eventCode }, { disputeStatus });
  const report = (merchantAccountCode: string) =>
    notification({ pspReference: "settlement.csv", eventCode: "REPORT_AVAILABLE", merchantAccountCode });

  for (const [what, one, other] of [
    ["a chargeback that is undefended and then lost", status("CHARGEBACK", "Undefended"), status("CHARGEBACK", "Lost")],
    [
      "a request for information",
      ...(["Unresponded", "Responded"] as const).map((now) => status("REQUEST_FOR_INFORMATION", now)),
    ],
    ["a report of two merchant accounts under one file name", report("A"), report("B")],
    [
      "a later one, in a country whose disputes have no status",
      notification({ eventCode: "CHARGEBACK" }),
      notification({ eventCode: "CHARGEBACK", eventDate: "2026-02-05T10:00:00+01:00" }),
    ],
  ] as const) {
    it(`are two events, ${what}, and each is one however often it is sent`, async () => {
      const { post, sent } = receiverOf(provider("adyen-payments"));
      for (const body of [one, other, one, other]) await post(body ?? "");
      assert.equal(sent().length, 2);
    });
  }
});

describe("one id of two endpoints at one URL", () => {
  it("is one event, with any signature and any bytes", async () => {
    const { post } = receiverOf(provider("stripe"));
    assert.equal(await post('{"id":"evt_1","type":"invoice.paid","pending_webhooks":2}'), "accepted");
    assert.equal(await post('{"id":"evt_1","type":"invoice.paid","pending_webhooks":1}'), "duplicate");
    assert.equal(await post('{"id":"evt_1","type":"invoice.voided"}'), "accepted", "its signed type is another");
  });
});

describe("ids that JavaScript would round to one", () => {
  it("are two events, with their digits", async () => {
    const acme = createGeneric({ name: "acme", id: { json: "/id" } });
    const { post, sent } = receiverOf(acme);
    for (const id of ["820982911946154508", "820982911946154509"]) assert.equal(await post(`{"id":${id}}`), "accepted");
    assert.deepEqual(
      sent().map(({ id }) => id),
      ["820982911946154508", "820982911946154509"],
    );
  });

  it("are two in a composed id, and tenants keep theirs", async () => {
    const { post, sent } = receiverOf(provider("hubspot"));
    const change = (id: string) => `{"eventId":1,"portalId":${id},"fromObjectId":${id},"associationRemoved":true}`;
    await post(`[${change("820982911946154508")},${change("820982911946154509")}]`);
    assert.deepEqual(
      sent().map(({ tenant }) => tenant),
      ["820982911946154508", "820982911946154509"],
    );
    assert.equal(new Set(sent().map(({ key }) => key)).size, 2);
  });
});

describe("two changes of HubSpot that one field alone tells apart", () => {
  const change = { eventId: 1, portalId: 2, subscriptionId: 3, occurredAt: 4, fromObjectId: 5, toObjectId: 6 };
  for (const [name, values] of Object.entries({
    isPrimaryAssociation: [false, true],
    associationRemoved: [false, true],
    associationTypeId: [1, 2],
    associationCategory: ["HUBSPOT_DEFINED", "USER_DEFINED"],
    messageType: ["MESSAGE", "COMMENT"],
    propertyValue: ["lead", "customer"],
  })) {
    it(`are two events: ${name}`, async () => {
      const { post, sent } = receiverOf(provider("hubspot"));
      const both = (attemptNumber: number) =>
        JSON.stringify(values.map((value) => ({ ...change, attemptNumber, [name]: value })));
      assert.equal(await post(both(0)), "accepted");
      assert.equal(sent().length, 2);
      assert.equal(await post(both(1)), "duplicate");
    });
  }
});

describe("a value of a property of HubSpot", () => {
  it("is in no id, since ids are logged", async () => {
    const { post, sent } = receiverOf(provider("hubspot"));
    await post('[{"eventId":1,"propertyName":"email","propertyValue":"ada@example.com"}]');
    const [{ id = "" } = {}] = sent();
    assert.match(id, /^eventId=1&propertyName=email&propertyValue=[\w-]{22}$/);
  });
});

describe("texts that are no Unicode, which UTF-8 would make one", () => {
  it("are two in a composed id", async () => {
    const { post, sent } = receiverOf(provider("hubspot"));
    for (const name of ["propertyName", "propertyValue"]) {
      await post(`[{"eventId":1,"${name}":"\\ud800"},{"eventId":1,"${name}":"\\ud801"}]`);
    }
    assert.equal(new Set(sent().map(({ key }) => key)).size, 4);
  });
});

describe("lists in a delivery", () => {
  it("are read once: a merge of 20 000 contacts, whose ids JavaScript would round, is one event in good time", async () => {
    const { post, sent } = receiverOf(provider("hubspot"));
    const merge = (last: string) =>
      `{"eventId":1,"mergedObjectIds":[${"9007199254740993,".repeat(20_000)}${last}],"newObjectId":2}`;
    await post(`[${merge("9007199254740993")},${merge("9007199254740994")}]`);
    assert.equal(sent().length, 2);
  });

  it("are read without the items beside them, however deep those are", async () => {
    const { post, sent } = receiverOf(provider("hubspot"));
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    await post(`[{"eventId":1,"mergedObjectIds":${deep}},{"eventId":2,"subscriptionType":"contact.creation"}]`);
    assert.equal(sent()[1]?.type, "contact.creation");
  });

  it("appear in no other event: WhatsApp's messages without statuses, and the reverse", async () => {
    const { post, sent } = receiverOf(provider("meta"));
    const value = { messages: [{ id: "m" }], statuses: [{ id: "s" }, { id: "t" }] };
    await post(JSON.stringify({ entry: [{ id: "1", changes: [{ field: "messages", value }] }] }));
    assert.deepEqual(
      sent().map(({ body }) => JSON.parse(new TextDecoder().decode(body)).entry[0].changes[0].value),
      [
        { messages: [{ id: "m" }], statuses: [] },
        { messages: [], statuses: [{ id: "s" }] },
        { messages: [], statuses: [{ id: "t" }] },
      ],
    );
  });
});

describe("the other fields of a delivery of Meta with empty lists", () => {
  it("are an event, as without a list", async () => {
    for (const entry of ['"messaging":[],"handover":[{"a":1}]', '"changes":[],"changed_fields":["feed"]']) {
      const { post, sent } = receiverOf(provider("meta"));
      const body = `{"object":"page","entry":[{"id":"1","time":2,${entry}}]}`;
      assert.equal(await post(body), "accepted", entry);
      assert.deepEqual(
        sent().map((event) => new TextDecoder().decode(event.body)),
        [body],
      );
    }
  });

  it("are no event where there are only the entry's id and time", async () => {
    const { post, sent } = receiverOf(provider("meta"));
    assert.equal(await post('{"object":"page","entry":[{"id":"1","time":2,"messaging":[],"standby":[]}]}'), "ignored");
    assert.equal(sent().length, 0);
  });
});

describe("events of one delivery under one key", () => {
  it("are not repeats of an unwanted one", async () => {
    const { post, sent } = receiverOf(provider("line"), ["message.image"]);
    const item = (kind: string) => `{"webhookEventId":"1","type":"message","message":{"type":"${kind}"}}`;
    await post(`{"events":[${item("text")},${item("image")},${item("image")}]}`);
    assert.deepEqual(
      sent().map(({ type }) => type),
      ["message.image"],
    );
  });
});
