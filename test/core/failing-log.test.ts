import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createJsonLog } from "../../lambdas/aws/log/json-log.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { silent } from "../../lambdas/core/log.ts";
import { type Log, PermanentError, processor } from "../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "./copies.ts";
import { createTestReceiver, githubDelivery, ways } from "./deliveries.ts";

const impact = "Orders are not shipped";

/** Logs that fail in every way that one can. */
const failing: Readonly<Record<string, Log>> = {
  throws: () => {
    throw new Error("the disk is full");
  },
  rejects: () => Promise.reject(new Error("the disk is full")),
  "returns what cannot be awaited": () => ({
    // biome-ignore lint/suspicious/noThenProperty: what is tried here
    get then() {
      throw new Error("no");
    },
  }),
};

/** What a run may say something about, and no JSON holds. */
const ring: Record<string, unknown> = { name: "ring" };
ring.self = ring;
const awkward: Readonly<Record<string, unknown>> = {
  ring,
  bigint: { amount: 5n },
  getter: {
    kept: 1,
    get thrown() {
      throw new Error("private");
    },
  },
  "a proxy": new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("private");
      },
    },
  ),
  "toJSON that throws": {
    toJSON() {
      throw new Error("private");
    },
  },
  symbol: Symbol("private"),
  "a function": () => {},
  nothing: null,
};

for (const [how, log] of Object.entries(failing)) {
  describe(`a log that ${how}`, () => {
    for (const { name, deliver } of ways) {
      it(`changes no answer, by ${name}`, async () => {
        for (const given of [{}, { secret: "another" }]) {
          const told = await deliver(githubDelivery(given), { ...createTestReceiver().options, log });
          const { status, body } = await deliver(githubDelivery(given), {
            ...createTestReceiver().options,
            log: silent,
          });
          assert.deepEqual([told.status, told.body], [status, body]);
        }
      });
    }

    it("changes no run: its end is recorded", async () => {
      for (const [wanted, end] of [
        ["done", async () => {}],
        ["failed", () => Promise.reject(new Error("closed"))],
        ["dead", () => Promise.reject(new PermanentError("no such order"))],
      ] as const) {
        const { process, store } = createTestProcessing();
        const work = processor({ impact }, async ({ log }) => {
          log.info("before");
          await end();
        });
        const kept = await process(work, [copyOf(event)], { log });
        assert.deepEqual([store.records.get(key)?.state, kept.length], [wanted, wanted === "done" ? 0 : 1]);
      }
    });
  });
}

describe("a run's end", () => {
  it("is recorded before it is logged", async () => {
    for (const [kind, attempts, run] of [
      ["done", 3, async () => {}],
      ["failed", 3, () => Promise.reject(new Error("closed"))],
      ["dead", 3, () => Promise.reject(new PermanentError("no such order"))],
      ["dead", 1, () => Promise.reject(new Error("closed"))],
    ] as const) {
      const { process, store } = createTestProcessing();
      const states: unknown[] = [];
      const log: Log = (entry) => entry.kind === kind && states.push(store.records.get(key)?.state);
      await process(processor({ impact, retry: { attempts } }, run), [copyOf(event)], { log });
      assert.deepEqual(states, [kind === "dead" && attempts === 1 ? "failed" : kind]);
    }
  });
});

describe("the log of a run", () => {
  const linesOf = async (say: Parameters<typeof processor>[1]) => {
    const { process, store } = createTestProcessing();
    const lines: string[] = [];
    await process(processor({ impact }, say as never), [copyOf(event)], {
      log: createJsonLog({ write: (line) => lines.push(line), traceOf: () => "1-trace" }),
    });
    assert.equal(store.records.get(key)?.state, "done");
    return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  };

  for (const [name, data] of Object.entries(awkward)) {
    it(`becomes a line though it is ${name}, and fails no run`, async () => {
      const [said] = await linesOf(async ({ log }) => log.info("said", data));
      assert.deepEqual([said?.text, said?.step, said?.id, said?.trace], ["said", "run", "evt_1", "1-trace"]);
      assert.ok(!JSON.stringify(said).includes("private"));
    });
  }

  it("loses only the field that is no JSON", async () => {
    const [said] = await linesOf(async ({ log }) => log.info("said", { ring, kept: 1, amount: 5n }));
    assert.deepEqual(said?.data, { ring: "no JSON: TypeError", kept: 1, amount: "5" });
  });

  it("shows an error by its text, wherever it stands, and what Map and Set hold", async () => {
    const [said] = await linesOf(async ({ log }) => log.error("said", new TypeError("closed")));
    assert.equal(said?.data, "TypeError: closed");
    const data = { e: new Error("inside"), ids: new Set([1]), by: new Map([["a", 2]]) };
    const [nested] = await linesOf(async ({ log }) => log.error("said", data));
    assert.deepEqual(nested?.data, { e: "Error: inside", ids: [1], by: [["a", 2]] });
  });

  it("is under data, so that no field of it can pass for a field of the line", async () => {
    const own = { level: "error", time: "", text: "dead", step: "process", kind: "dead", source: "x", trace: "y" };
    const [said] = await linesOf(async ({ log }) => log.info("said", own));
    const { data, level, text, step, source, trace } = said ?? {};
    assert.deepEqual(data, own);
    assert.deepEqual([level, text, step, source, trace], ["info", "said", "run", "acme", "1-trace"]);
  });

  it("is one line for any text", async () => {
    for (const text of [
      "a\nb",
      "\u001b[2J",
      "\u009b2J\u2028\u202e\u061c\u200b\ufeff",
      "\ud800",
      undefined,
      5n,
      Object.create(null),
    ]) {
      const lines: string[] = [];
      const log = createJsonLog({ write: (line) => lines.push(line), traceOf: () => undefined });
      const { process } = createTestProcessing();
      await process(
        processor({ impact }, async ({ log }) => log.info(text as string)),
        [copyOf(event)],
        { log },
      );
      assert.equal(lines.length, 2);
      for (const line of lines) assert.match(line, /^[^\p{Cc}\p{Cf}\p{Cs}\u2028]+\n$/u);
    }
  });
});

describe("an error as a field", () => {
  it("never throws, whatever was thrown", () => {
    const hostile = Object.defineProperty(new Error("private"), "message", {
      get() {
        throw new Error("private");
      },
    });
    assert.equal(errorText(hostile), "an error that cannot be read");
    assert.equal(errorText(Object.assign(new Error("x"), { name: Symbol("private") })), "an error that cannot be read");
  });

  it("is a text, though neither its name nor its message is one", async () => {
    for (const odd of [
      { name: 404, message: "" },
      { name: undefined, message: "" },
      { message: { text: 1 } },
      { message: 5 },
    ]) {
      const thrown = Object.assign(new Error("x"), odd);
      assert.equal(typeof errorText(thrown), "string");
      const { process, store } = createTestProcessing();
      const work = processor({ impact }, () => Promise.reject(thrown));
      assert.deepEqual(await process(work, [copyOf(event)]), ["message-1"]);
      assert.equal(store.records.get(key)?.state, "failed");
    }
  });
});

describe("a receiver without a log", () => {
  for (const { name, deliver } of ways) {
    it(`says errors on console.error, one line each, and nothing else, by ${name}`, async () => {
      const { log: _, ...options } = createTestReceiver().options;
      const said: unknown[][] = [];
      const { error, log, info } = console;
      console.error = (...given) => said.push(given);
      console.log = console.info = () => assert.fail("that is not an error");
      try {
        assert.equal((await deliver(githubDelivery(), options)).status, 200);
        assert.deepEqual(said, []);
        options.dedupe.fail("claim");
        assert.equal((await deliver(githubDelivery({ id: "\u009b2J" }), options)).status, 200);
      } finally {
        Object.assign(console, { error, log, info });
      }
      assert.equal(said.length, 1);
      assert.match(
        String(said[0]),
        /^hookline \{"level":"error","step":"dedupe",[^\p{Cc}]*"kind":"dedupe unavailable"/u,
      );
    });
  }
});
