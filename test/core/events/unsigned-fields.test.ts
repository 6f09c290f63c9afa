import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReceiver, sign, type WebhookEvent } from "../../../lambdas/core/mod.ts";
import { whatalo } from "../../../lambdas/providers/whatalo.ts";
import { createMemoryDedupe, createMemoryQueue } from "../memory.ts";

const secret = "a secret of 20 bytes";
const body = '{"id":"1","data":{}}';

/** One captured delivery, sent again with these headers, whose signature is right each time. */
async function captured(headers: Readonly<Record<string, string>>, text = body): Promise<Request> {
  const unsigned = { method: "POST", url: "/", headers: new Headers(headers), body: new TextEncoder().encode(text) };
  const signed = await sign(unsigned, { provider: whatalo, secret, now: new Date() });
  return new Request("https://hooks.example/", { method: "POST", headers: signed.headers, body: text });
}

const outcomeOf = async (response: Response) => {
  const { outcome, error } = await response.json();
  return outcome ?? error;
};

describe("a type or an id in an unsigned header alone", () => {
  it("is not changed by a captured delivery with queues, once the event is known", async () => {
    const queue = createMemoryQueue(
      ["push", "pull"].map((type) => ({ source: "whatalo", types: [type], queue: type })),
    );
    const receive = createReceiver({ provider: whatalo, secret, dedupe: createMemoryDedupe(), queue, log: () => {} });
    const outcomes: string[] = [];
    for (const type of ["nobody's", "push", "pull", "push, pull", "x".repeat(9000), "push"]) {
      outcomes.push(await outcomeOf(await receive(await captured({ "x-webhook-event": type }))));
    }
    assert.deepEqual(outcomes, ["ignored", "accepted", "duplicate", "ignored", "ignored", "duplicate"]);
    assert.deepEqual(
      queue.sent.map(({ queue: name }) => name),
      ["push"],
    );
  });

  it("is another event under another id, as at GitHub, and not where the body says its id", async () => {
    const queue = createMemoryQueue([{ source: "whatalo", types: [], queue: "all" }]);
    const receive = createReceiver({ provider: whatalo, secret, dedupe: createMemoryDedupe(), queue, log: () => {} });
    const outcomes: string[] = [];
    for (const text of ['{"data":{}}', body]) {
      for (const id of ["1", "2", "1"]) {
        outcomes.push(await outcomeOf(await receive(await captured({ "x-webhook-id": id }, text))));
      }
    }
    const known = ["accepted", "header-contradicts", "duplicate"];
    assert.deepEqual(outcomes, ["accepted", "accepted", "duplicate", ...known]);
  });

  it("runs the handler of each type once without queues, and event.unsigned says which field is so", async () => {
    const runs: unknown[] = [];
    const run = ({ event }: { readonly event: WebhookEvent }) => runs.push([event.type, event.unsigned]);
    const receive = createReceiver({ provider: whatalo, secret, handlers: { a: run, b: run }, log: () => {} });
    for (const type of ["a", "b", "a", "b"]) await receive(await captured({ "x-webhook-event": type }));
    assert.deepEqual(runs, [
      ["a", ["type"]],
      ["b", ["type"]],
    ]);
  });
});
