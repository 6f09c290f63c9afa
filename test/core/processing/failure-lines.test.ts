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

describe("the lines of a log about a run that failed", () => {
  it("give the reason, and whether it was the last attempt", async () => {
    const { process, lines } = createTestProcessing();
    await process(failing, [copyOf(event)]);
    assert.deepEqual(lines, [`failed {${of},"error":"Error: closed"}`]);
    lines.length = 0;
    await process(refusing, [copyOf({ ...event, id: "evt_2", key: "evt_2" })]);
    assert.deepEqual(lines, [`dead {${of.replace("evt_1", "evt_2")},"error":"PermanentError: no such order"}`]);
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
    assert.deepEqual(lines, [
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
