import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PermanentError, processor, toEnvelope } from "../../../lambdas/core/mod.ts";
import { defaults } from "../../../lambdas/core/processing/processor-options.ts";
import { copyOf, createTestProcessing, event } from "../copies.ts";

const impact = "Orders are not shipped";
const by = '"step":"process","processor":"acme/order.created"';
const of = `${by},"source":"acme","id":"evt_1","type":"order.created","attempt":1`;
const failing = processor({ impact }, () => Promise.reject(new Error("closed")));
const refusing = processor({ impact }, () => Promise.reject(new PermanentError("no such order")));

const withoutStack = (lines: readonly string[]) => lines.map((line) => line.replace(/,"stack":"[^"]+"/, ""));

describe("the lines of a log about a run that failed", () => {
  it("give the reason, and whether it was the last attempt", async () => {
    const { process, lines } = createTestProcessing();
    await process(failing, [copyOf(event)]);
    assert.deepEqual(withoutStack(lines), [`failed {${of},"error":"Error: closed"}`]);
    lines.length = 0;
    await process(refusing, [copyOf({ ...event, id: "evt_2", key: "evt_2" })]);
    const dead = [`dead {${of.replace("evt_1", "evt_2")},"error":"PermanentError: no such order"}`];
    assert.deepEqual(withoutStack(lines), dead);
  });

  it("say where it was thrown, without its message and without the frames of what called it", async () => {
    const { process, store, lines } = createTestProcessing();
    const message = `no such order\n    at private (private.ts:1:1)`;
    const ship = () => {
      throw new Error(message);
    };
    await process(processor({ impact }, ship), [copyOf(event)]);
    const { stack } = JSON.parse(lines[0]?.replace("failed ", "") ?? "{}");
    assert.match(stack, /^at .*failure-lines\.test\.ts:\d+:\d+\)?$/);
    const [record] = store.records.values();
    assert.equal(record?.reason, `Error: ${message}\n${stack}`);
  });

  it("stay within 600 characters with both, wherever the sources lie", async () => {
    const lengths = new Set<number>();
    for (const path of Array.from({ length: 200 }, (_, index) => "d".repeat(index))) {
      const { process, store } = createTestProcessing();
      const error = new Error("x".repeat(400));
      error.stack = `Error: ${error.message}${`\n    at ship (/${path}/ship.ts:10:5)`.repeat(5)}`;
      await process(
        processor({ impact }, () => Promise.reject(error)),
        [copyOf(event)],
      );
      const [record] = store.records.values();
      lengths.add(record?.reason?.length ?? 0);
    }
    assert.ok(lengths.size > 50);
    assert.equal(Math.max(...lengths), 600);
  });

  it("say which record could not be written", async () => {
    const { process, store, dedupe, lines } = createTestProcessing();
    store.fail("end");
    dedupe.fail("reopen");
    const copy = {
      ...copyOf(event, "message-1", defaults.attempts),
      retryIn: () => Promise.reject(new Error("throttled")),
    };
    await process(refusing, [copy]);
    const reason = "PermanentError: no such order";
    assert.deepEqual(withoutStack(lines), [
      `not re-opened {${of.replace(',"attempt":1', "")},"error":"Error: reopen failed before its effect"}`,
      `failure not recorded {${of},"reason":"${reason}","error":"Error: end failed before its effect"}`,
      `dead {${of},"error":"${reason}"}`,
      `back-off not set {${by},"error":"Error: throttled"}`,
      `not re-opened {${of.replace(',"attempt":1', "")},"error":"Error: reopen failed before its effect"}`,
    ]);
  });

  it("say that a body which is stored elsewhere cannot be fetched", async () => {
    const { process, lines } = createTestProcessing();
    const { body, ...rest } = event;
    await process(failing, [copyOf(toEnvelope({ ...rest, deposit: "claims/acme/hash" }))]);
    assert.match(lines.join(), /has no way to collect it/);
  });
});

describe("the lines that a run writes itself", () => {
  it("name its processor and its event", async () => {
    const { process, lines } = createTestProcessing();
    const speaking = processor({ impact }, async ({ log }) => {
      log.info("pushed", { ref: "main" });
      log.error("odd");
    });
    await process(speaking, [copyOf(event)]);
    const fields = '"step":"run","processor":"acme/order.created","source":"acme","id":"evt_1"';
    assert.deepEqual(lines.slice(0, 2), [`pushed {${fields},"data":{"ref":"main"}}`, `odd {${fields}}`]);
  });
});
