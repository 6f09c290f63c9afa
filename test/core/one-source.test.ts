import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  createMemoryProcessing,
  createReceiver,
  type Log,
  type OneSourceReceiverOptions,
} from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { githubDelivery, secret } from "./deliveries.ts";
import { createMemoryDedupe, createMemoryQueue } from "./memory.ts";

const body = '{"ref":"refs/heads/main"}';

function request(path: string, given: { readonly id?: string; readonly secret?: string } = {}): Request {
  const { method, headers } = githubDelivery({ body, ...given });
  return new Request(`https://hooks.example${path}`, { method, headers, body });
}

function createTrial(given: object = {}) {
  const refs: string[] = [];
  const told: object[] = [];
  const log: Log = (entry) => entry.level === "error" && told.push(entry);
  const receive = createReceiver<{ push: { readonly ref: string } }>({
    provider: github,
    secret,
    handlers: { push: ({ payload }) => refs.push(payload.ref) },
    log,
    ...given,
  });
  const post = async (...sent: Parameters<typeof request>) => {
    const response = await receive(request(...sent));
    const { outcome, error } = await response.json();
    return [response.status, outcome ?? error];
  };
  return { post, refs, told };
}

describe("a receiver of one source", () => {
  it("takes deliveries by any path, and each event once", async () => {
    const { post, refs } = createTrial();
    for (const [index, path] of ["/api/webhooks", "/", "/github", "/github/push?x=1", "//a/b/c/"].entries()) {
      assert.deepEqual(await post(path, { id: `${index}` }), [200, "accepted"], path);
      assert.deepEqual(await post(path, { id: `${index}` }), [200, "duplicate"], path);
    }
    assert.equal(refs.length, 5);
    assert.deepEqual(await post("/api/webhooks", { secret: "another" }), [401, "signature-wrong"]);
  });

  it("has its secret as a text, as a list of all that are valid, or from a function", async () => {
    for (const given of [secret, [secret, "new"], ["new", secret], () => secret, async () => ["new", secret]]) {
      assert.deepEqual(await createTrial({ secret: given }).post("/hook"), [200, "accepted"]);
    }
    for (const given of [[], "", "changeme"]) {
      assert.deepEqual(await createTrial({ secret: given }).post("/hook"), [503, "secret-unset"]);
    }
    for (const given of [() => undefined, () => Promise.reject(new Error("away"))]) {
      assert.deepEqual(await createTrial({ secret: given }).post("/hook"), [503, "key-fetch"]);
    }
  });

  it("says once, without a store, what its records in memory do not survive, and nothing with one", async () => {
    const { post, told } = createTrial();
    for (const id of ["1", "2"]) await post("/hook", { id });
    const [first, ...others] = told as readonly { readonly kind: string; readonly text: string }[];
    assert.equal(first?.kind, "records in memory");
    assert.match(first.text, /^A restart forgets .* other processes .* processing$/);
    assert.deepEqual(others, []);
    assert.deepEqual(createTrial({ processing: createMemoryProcessing() }).told, []);
  });

  it("answers 500 where its handler throws, so that the provider retries, and runs it again then", async () => {
    let fails = true;
    const { post } = createTrial({
      handlers: {
        push() {
          if (fails) throw new Error("no");
        },
      },
    });
    assert.deepEqual(await post("/hook"), [500, "handler"]);
    fails = false;
    assert.deepEqual(await post("/hook"), [200, "accepted"]);
  });

  it("gives an event without a handler to onUnhandledEvent", async () => {
    const types: unknown[] = [];
    const { post } = createTrial({
      handlers: {},
      onUnhandledEvent: ({ event }: { readonly event: { readonly type?: string } }) => types.push(event.type),
    });
    assert.deepEqual(await post("/hook"), [200, "accepted"]);
    assert.deepEqual(types, ["push"]);
  });

  it("hands events to queues, too", async () => {
    const queue = createMemoryQueue([{ source: "github", types: ["push"], queue: "pushes" }]);
    const receive = createReceiver({ provider: github, secret, dedupe: createMemoryDedupe(), queue });
    assert.equal((await receive(request("/any/path"))).status, 200);
    assert.deepEqual(
      queue.sent.map(({ queue: name, event }) => [name, event.source]),
      [["pushes", "github"]],
    );
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ secret: undefined }, /secret must be a text, a list of texts, or a function .*, received nothing$/],
    [{ secret: 7 }, /secret must be .*, received a text$/],
    [{ handlers: new Map() }, /handlers must be an object of handlers by type: .*, received an object$/],
    [{ handlers: Promise.resolve({}) }, /handlers must be an object of handlers by type/],
    [{ secret: [7] }, /secret must be .*, received a list$/],
    [{ secrets: async () => [secret] }, /secrets is no option; did you mean secret\? All are/],
    [{ sources: {} }, /sources is no option/],
    [{ basePath: "/api" }, /basePath is no option/],
    [{ provider: "github" }, /provider must be a provider of .*, received a text$/],
    [{ handlers: undefined }, /it takes either dedupe and queue, or handlers and processing, received neither$/],
    [{ dedupe: createMemoryDedupe() }, /it takes either dedupe and queue/],
    [{ handlers: { push: 7 } }, /the handler of "push" must be a function or a processor/],
  ];
  for (const [given, message] of wrong) {
    it(`is refused when it is made: ${message.source}`, () => {
      const options = { provider: github, secret, handlers: {}, ...given } as OneSourceReceiverOptions;
      assert.throws(() => createReceiver(options), { name: "TypeError", message });
      try {
        createReceiver(options);
      } catch (error) {
        assert.ok(!String(error).includes(secret), "a secret is told");
      }
    });
  }
});
