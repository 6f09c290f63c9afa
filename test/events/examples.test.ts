import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { at } from "../../lambdas/core/events/fields.ts";
import { type Attempt, PermanentError } from "../../lambdas/core/processing/processor.ts";
import { createMemoryJournal } from "../../lambdas/outbox/journal.ts";
import { type Example, examples } from "./examples.ts";
import { files, queuedSample } from "./queued-sample.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-examples-"));
const set = process.env.EFFECTS_FOLDER;
before(() => {
  process.env.EFFECTS_FOLDER = folder;
});
after(() => {
  if (set === undefined) delete process.env.EFFECTS_FOLDER;
  else process.env.EFFECTS_FOLDER = set;
  rmSync(folder, { recursive: true, force: true });
});

/** An attempt as a processor gets it: what the schema refuses never reaches its run. */
async function attemptOf(
  { processor }: Example,
  event: WebhookEvent,
  payload: unknown,
  idempotencyKey: string,
): Promise<Attempt<unknown>> {
  const result = await processor.options.schema?.["~standard"].validate(payload);
  if (result?.issues !== undefined) throw new PermanentError("The payload fails its schema");
  const checked = result === undefined ? payload : result.value;
  const log = { info() {}, error() {}, debug() {} };
  return { event, payload: checked, idempotencyKey, attempt: 1, signal: new AbortController().signal, log };
}

const json = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));

/** A sample is a test's; the example with a flag for that is given a live one. */
const live = (body: Uint8Array) =>
  new TextEncoder().encode(new TextDecoder().decode(body).replace('"livemode": false', '"livemode": true'));

async function only(name: string): Promise<{ readonly queue: string; readonly event: WebhookEvent }> {
  const [source = "", ...type] = name.split("/");
  const queued = await queuedSample(source, examples[name]?.sample ?? type.join("/"), live);
  assert.equal(queued.length, 1);
  const [one] = queued;
  assert.ok(one !== undefined);
  return one;
}

describe("the examples", () => {
  it("are all tested, as is every event file: as an example, or by a test of its name", () => {
    const names = files.map(({ name }) => name);
    for (const name of Object.keys(examples)) assert.ok(names.includes(name), `there is no event file ${name}`);
    for (const name of names) {
      if (Object.hasOwn(examples, name)) continue;
      assert.ok(existsSync(new URL(`${name}.test.ts`, import.meta.url)), `test/events/${name}.test.ts is not there`);
    }
  });

  it("say the harm in one sentence, and are short", () => {
    for (const { name, path, options } of files.filter((file) => Object.hasOwn(examples, file.name))) {
      assert.match(options.impact, /^[A-Z][^.]{15,}$/, name);
      assert.ok(readFileSync(path, "utf8").trimEnd().split("\n").length <= 40, `${name} has more than 40 lines`);
    }
  });
});

for (const [name, example] of Object.entries(examples)) {
  describe(`the example ${name}`, () => {
    it("gets its provider's sample", async () => {
      const { queue } = await only(name);
      assert.equal(queue, files.find((file) => file.name === name)?.queue);
    });

    it("writes its entry once under one key, and again under another", async () => {
      const { event } = await only(name);
      const journal = createMemoryJournal<object>();
      const run = async (key: string) =>
        example.run(await attemptOf(example, event, withKey(example, json(event.body), key), key), journal);
      await run("key-1");
      await run("key-1");
      assert.deepEqual(journal.entries, [entryOf(example, event, "key-1")]);
      await run("key-2");
      assert.deepEqual(journal.entries, [entryOf(example, event, "key-1"), entryOf(example, event, "key-2")]);
    });

    it("fails permanently on a payload that it cannot read, and writes no entry", async () => {
      const { event } = await only(name);
      const journal = createMemoryJournal<object>();
      const bad = [undefined, null, "text", 1, ...without(json(event.body), example.needs)];
      // All that provisioning needs is the store.
      const given = name === "whatalo-timestamped/app.installed" ? withoutTenant(event) : event;
      for (const payload of bad) {
        const attempt = async () => example.run(await attemptOf(example, given, payload, "key"), journal);
        await assert.rejects(attempt, PermanentError, JSON.stringify(payload));
      }
      assert.deepEqual(journal.entries, []);
    });

    it("leaves its effect in a file when it runs as deployed, and once", async () => {
      const { event } = await only(name);
      const given = `${name} in a file`;
      const key = example.keyed?.as(given) ?? given;
      for (let run = 0; run < 2; run += 1) {
        await example.processor.run(await attemptOf(example, event, withKey(example, json(event.body), given), given));
      }
      assert.deepEqual(
        written().filter((line) => line.key === key),
        [{ key, ...entryOf(example, event, given) }],
      );
    });
  });
}

/** The entry that a run leaves: some take the event's id, or the fact that they go by. */
function entryOf({ entry, keyed }: Example, event: WebhookEvent, fact: string): object {
  return typeof entry === "function" ? entry(keyed === undefined ? event.id : fact) : entry;
}

/** The payload with another fact in it where that is what the example goes by. */
function withKey({ keyed }: Example, payload: unknown, key: string): unknown {
  if (keyed === undefined) return payload;
  const [, parent = "", name = ""] = /^(.*)\/(.+)$/.exec(keyed.by) ?? [];
  const copy = structuredClone(payload);
  Object.assign(at(copy, parent) as object, { [name]: key });
  return copy;
}

/** The payload with each thing that is needed taken away, or replaced by what it is not. */
function without(payload: unknown, needs: readonly string[]): readonly unknown[] {
  return needs.flatMap((pointer) =>
    [undefined, null, {}, true].map((value) => {
      const copy = structuredClone(payload);
      const [name = "", ...parents] = pointer.split("/").slice(1).reverse();
      const parent = at(
        copy,
        parents
          .toReversed()
          .map((token) => `/${token}`)
          .join(""),
      );
      assert.ok(typeof parent === "object" && parent !== null && name in parent, `${pointer} is not in the sample`);
      Object.assign(parent, { [name]: value });
      return copy;
    }),
  );
}

function withoutTenant({ tenant: _, ...event }: WebhookEvent): WebhookEvent {
  return event;
}

/** Every line of the journals. */
function written(): readonly { readonly key: string }[] {
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line));
}

describe("the behaviour of single examples", () => {
  const run = async (name: string, change: (event: WebhookEvent) => WebhookEvent, payload?: unknown) => {
    const example = examples[name];
    assert.ok(example !== undefined);
    const event = change((await only(name)).event);
    const journal = createMemoryJournal<object>();
    await example.run(await attemptOf(example, event, payload ?? json(event.body), "key"), journal);
    return journal.entries;
  };

  it("is that Hackmamba's samples have the structure of its guide", async () => {
    for (const type of ["user.created", "project.created", "payment.succeeded"]) {
      const { created, data, livemode, pending_webhooks, request } = json((await only(`hackmamba/${type}`)).event.body);
      assert.deepEqual(
        [typeof created, typeof data.object.id, typeof livemode, typeof pending_webhooks, typeof request.id],
        ["number", "string", "boolean", "number", "string"],
        type,
      );
    }
  });

  it("is that Hackmamba's tests have no effect", async () => {
    for (const type of ["user.created", "project.created", "payment.succeeded"]) {
      assert.deepEqual(await run(`hackmamba/${type}`, (event) => ({ ...event, livemode: false })), [], type);
    }
  });

  it("is that Whop's older webhooks tell a tenant's member from a business that bought the app", async () => {
    const entries = await run("whop-legacy/membership.went_valid", withoutTenant);
    assert.deepEqual(entries, [{ kind: "merchant", account: "user_sample" }]);
  });

  it("is that an order of Whatalo without its store is not fulfilled", async () => {
    await assert.rejects(run("whatalo/order.created", withoutTenant), PermanentError);
  });

  it("is that a purchase of Hotmart is welcomed once, approved and then complete, by whichever name its events have", async () => {
    const welcomes = createMemoryJournal<object>();
    const lookUps = createMemoryJournal<object>();
    for (const [source, journal] of [
      ["hotmart", welcomes],
      ["hotmart-hottok", lookUps],
    ] as const) {
      const name = `${source}/PURCHASE_APPROVED`;
      for (const type of ["PURCHASE_APPROVED", "PURCHASE_COMPLETE"]) {
        const [queued] = await queuedSample(source, "PURCHASE_APPROVED", undefined, type);
        assert.ok(queued !== undefined && queued.event.type === type, `${type} of ${source} has no file`);
        assert.equal(queued.queue, files.find((file) => file.name === name)?.queue);
        const example = examples[name];
        assert.ok(example !== undefined);
        await example.run(await attemptOf(example, queued.event, json(queued.event.body), `key of ${type}`), journal);
      }
      assert.equal(journal.entries.length, 1, source);
    }
  });

  it("is that a subscription of Hotmart is won back by either name of its end", async () => {
    const [of, name] = ["SUBSCRIPTION_CANCELLATION", "hotmart/SUBSCRIPTION_CANCELLATION"];
    for (const type of [of, "SUBSCRIPTION_CANCELED"]) {
      const [queued] = await queuedSample("hotmart", of, undefined, type);
      assert.equal(queued?.event.type, type);
      assert.equal(queued.queue, files.find((file) => file.name === name)?.queue);
    }
  });

  it("is that Hotmart's token covers no body", async () => {
    assert.equal((await only("hotmart-hottok/PURCHASE_APPROVED")).event.bodyCovered, false);
    assert.equal((await only("hotmart/PURCHASE_APPROVED")).event.bodyCovered, true);
  });

  it("is that a push to another branch is not announced", async () => {
    const { event } = await only("github/push");
    const payload = { ...json(event.body), ref: "refs/heads/other" };
    assert.deepEqual(await run("github/push", (same) => same, payload), []);
  });
});
