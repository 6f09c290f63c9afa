import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { at } from "../../lambdas/core/events/fields.ts";
import { type Attempt, PermanentError, type Processor } from "../../lambdas/core/processing/processor.ts";
import { createMemoryJournal, type Journal } from "../../lambdas/outbox/journal.ts";
import { exampleDigest, exampleEvents, exampleFiles } from "../../operate/scaffold/examples.ts";
import { files, queuedSample } from "./queued-sample.ts";

/** An event file that comes with Hookline, and what it does with its sample. */
type Example = {
  // A payload's type is its file's own business here.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly processor: Processor<any>;
  /** Its run on a journal that stands for outbox and ledger. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly run: (attempt: Attempt<any>, journal: Journal<any>) => Promise<void>;
  /** The sample's type; default: that of the file. */
  readonly sample?: string;
  /** What its effect is keyed by instead of the attempt's idempotency key, and a pointer to the fact in it. */
  readonly keyed?: { readonly by: string; readonly as: (fact: string) => string };
  /** Pointers to what it must find in the payload. */
  readonly needs: readonly string[];
  /** The entry that the sample leaves; a function where it takes the event's id, or the fact that it is keyed by. */
  readonly entry: object | ((id: string) => object);
};

/** An example that was tried. */
type Tried = {
  /** The entries of its run with a changed event, and with another payload where one is given. */
  runWith(change: (event: WebhookEvent) => WebhookEvent, payload?: unknown): Promise<readonly object[]>;
  /** How many entries it leaves when its sample comes under each of these types. */
  effectsOf(types: readonly string[]): Promise<number>;
};

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

export const json = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));

/** A sample is a test's; the example with a flag for that is given a live one. */
const live = (body: Uint8Array) =>
  new TextEncoder().encode(new TextDecoder().decode(body).replace('"livemode": false', '"livemode": true'));

/** Tries an example by its event file's name. Returns what tests of its own need. */
export function testExample(name: string, example: Example): Tried {
  const [source = "", ...type] = name.split("/");
  const file = files.find((one) => one.name === name);
  const only = async () => await onlyCopy(source, example.sample ?? type.join("/"));

  describe(`the example ${name}`, () => {
    it("says the harm in one sentence, and is short", () => {
      assert.match(example.processor.options.impact, /^[A-Z][^.]{15,}$/);
      assert.ok(
        readFileSync(file?.path ?? "", "utf8")
          .trimEnd()
          .split("\n").length <= 40,
        "it has more than 40 lines",
      );
    });

    it("is what the command examples takes for an example: an event of your own has a test of its own", () => {
      const found = exampleFiles(name).map((path) =>
        exampleDigest(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")),
      );
      assert.deepEqual(exampleEvents[name], found);
    });

    it("gets its provider's sample", async () => {
      const { queue } = await only();
      assert.equal(queue, file?.queue);
    });

    it("writes its entry once under one key, and again under another", async () => {
      const { event } = await only();
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
      const { event } = await only();
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
      const { event } = await only();
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

  return {
    async runWith(change, payload) {
      const event = change((await only()).event);
      const journal = createMemoryJournal<object>();
      await example.run(await attemptOf(example, event, payload ?? json(event.body), "key"), journal);
      return journal.entries;
    },
    async effectsOf(as) {
      const journal = createMemoryJournal<object>();
      for (const one of as) {
        const [queued] = await queuedSample(source, example.sample ?? type.join("/"), undefined, one);
        assert.ok(queued !== undefined && queued.event.type === one, `${one} of ${source} has no file`);
        assert.equal(queued.queue, file?.queue);
        await example.run(await attemptOf(example, queued.event, json(queued.event.body), `key of ${one}`), journal);
      }
      return journal.entries.length;
    },
  };
}

/** The one copy that a provider's sample makes. */
export async function onlyCopy(source: string, type: string) {
  const queued = await queuedSample(source, type, live);
  const [one] = queued;
  assert.ok(one !== undefined && queued.length === 1);
  return one;
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

export function withoutTenant({ tenant: _, ...event }: WebhookEvent): WebhookEvent {
  return event;
}

/** Every line of the journals. */
function written(): readonly { readonly key: string }[] {
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line));
}
