import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { type Attempt, processor, type StandardSchema, type WebhookEvent } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";
import { githubDelivery } from "../deliveries.ts";
import { createInlineReceiver } from "./inline-receiver.ts";

const impact = "Orders are not shipped";
const text = "never:to-be-told";
const lying = { ...event, body: new TextEncoder().encode(text) };
const schema: StandardSchema<unknown> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value ?? "nothing" }) },
};

/** Runs on one event from a queue, and says what was recorded and logged. */
async function queued(given: WebhookEvent, run: (attempt: Attempt<unknown>) => void, checked = false) {
  const { process, store, lines } = createTestProcessing();
  const options = checked ? { impact, schema } : { impact };
  await process(
    processor<unknown>(options, async (attempt) => run(attempt)),
    [copyOf(given)],
  );
  const record = store.records.get(key);
  return { state: record?.state, reason: record?.reason ?? "", lines: lines.join("\n") };
}

describe("a body that does not fit its content type", () => {
  const types = {
    "application/json": "its content type is application/json",
    "Application/JSON; charset=utf-8": "its content type is application/json",
    "application/cloudevents+json": "its content type is application/cloudevents+json",
    "text/json": "its content type is text/json",
    "": "it has no content type",
  };
  for (const [contentType, told] of Object.entries(types)) {
    const given = contentType === "" ? lying : { ...lying, contentType };

    it(`is dead once its payload is read, where ${told}, written ${JSON.stringify(contentType)}`, async () => {
      for (const checked of [false, true]) {
        const { state, reason, lines } = await queued(given, ({ payload }) => void payload, checked);
        assert.deepEqual([state, reason.includes(told)], ["dead", true], reason);
        assert.ok(reason.startsWith("PermanentError: Cannot read payload: the body is no JSON"), reason);
        assert.ok(!`${reason}${lines}`.includes(text));
      }
    });

    it(`runs where its event alone is read, where ${told}, written ${JSON.stringify(contentType)}`, async () => {
      let seen = 0;
      const { state } = await queued(given, (attempt) => {
        seen = attempt.event.body.length;
        inspect(attempt, { depth: 5, showHidden: true });
      });
      assert.deepEqual([state, seen], ["done", text.length]);
    });
  }

  it("is described by a media type of bounded length", async () => {
    const contentType = `application/${"x".repeat(5000)}+json`;
    const { reason } = await queued({ ...lying, contentType }, ({ payload }) => void payload);
    const [said = ""] = reason.split("\n");
    assert.ok(said.length < 300, `${said.length}`);
  });

  it("has an undefined payload where its type is not JSON's", async () => {
    for (const contentType of ["text/plain", "application/x-www-form-urlencoded", "application/xml", "a/jsonp"]) {
      const seen: unknown[] = [];
      const run = ({ payload }: Attempt<unknown>) => void seen.push(payload);
      assert.equal((await queued({ ...lying, contentType }, run)).state, "done");
      assert.equal((await queued({ ...lying, contentType }, run, true)).state, "done");
      assert.deepEqual(seen, [undefined, "nothing"], contentType);
    }
  });

  it("has its JSON as payload where it is JSON after all", async () => {
    for (const contentType of ["text/plain", "application/x-www-form-urlencoded", undefined]) {
      const seen: unknown[] = [];
      const given = { ...event, ...(contentType === undefined ? {} : { contentType }) };
      await queued(given, ({ payload }) => void seen.push(payload));
      assert.deepEqual(seen, [{ amount: 5 }]);
    }
  });
});

describe("a payload", () => {
  it("is one value, however often it is read, also of a copy of the attempt", async () => {
    const seen: unknown[] = [];
    await queued(event, (attempt) => {
      const copy = { ...attempt };
      seen.push(attempt.payload, attempt.payload, copy.payload);
    });
    assert.deepEqual(seen[0], { amount: 5 });
    assert.ok(seen.every((one) => one === seen[0]));
  });
});

describe("the payloads of two inline handlers", () => {
  it("are an object each: what one changes, the other does not see", async () => {
    const seen: unknown[] = [];
    const run = async ({ payload }: Attempt<unknown>) => {
      seen.push(structuredClone(payload));
      Object.assign(payload as object, { changed: true });
    };
    const also = processor<unknown>({ impact, types: ["push"] }, run);
    const { deliver } = createInlineReceiver({ handlers: { push: run, also } });
    await deliver(githubDelivery({ body: '{"ref":"main"}' }));
    assert.deepEqual(seen, [{ ref: "main" }, { ref: "main" }]);
  });
});

describe("an inline handler of a body that does not fit its content type", () => {
  const delivery = githubDelivery({ body: text });

  it("is answered 200 `dead` where it reads the payload, and the reason is only on the record", async () => {
    const { deliver, store, lines } = createInlineReceiver({ handlers: { push: ({ payload }) => payload } });
    const { status, body } = await deliver(delivery);
    assert.equal(status, 200);
    assert.match(JSON.stringify(body), /"outcome":"dead"/);
    const [record] = [...store.records.values()];
    assert.match(record?.reason ?? "", /its content type is application\/json/);
    assert.ok(!`${record?.reason}${lines.join()}${JSON.stringify(body)}`.includes(text));
  });

  it("runs where it reads the event alone", async () => {
    const seen: number[] = [];
    const { deliver } = createInlineReceiver({ handlers: { push: (attempt) => seen.push(attempt.event.body.length) } });
    const { body } = await deliver(delivery);
    assert.match(JSON.stringify(body), /"outcome":"accepted"/);
    assert.deepEqual(seen, [text.length]);
  });
});
