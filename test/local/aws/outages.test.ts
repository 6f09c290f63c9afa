import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { listenOnLoopback } from "../../../local/aws/endpoint.ts";
import { createOutages, type Outage } from "../../../local/aws/outages.ts";
import { startSqs } from "../../../local/aws/sqs.ts";

/** What a client hears in an outage and after it, and how often the service did what it was asked. */
async function answers(how: Outage) {
  let done = 0;
  const outages = createOutages();
  const serve = outages.around((request, response) => {
    done += 1;
    request.resume();
    response.setHeader("content-length", 4).end("well");
  });
  const { url, close } = await listenOnLoopback(serve, { admits: "anyone" });
  const ask = async (milliseconds: number) => {
    const signal = AbortSignal.timeout(milliseconds);
    const headers = { "x-amz-target": "Some.Operation" };
    const response = await fetch(url, { method: "POST", body: "{}", headers, signal });
    return { status: response.status, text: await response.text() };
  };
  const comeBack = await outages.begin(how);
  const other = await fetch(url, { method: "POST", body: "{}" });
  assert.equal(await other.text(), "well", "a request that names no target is not concerned");
  done = 0;
  const within = await ask(how === "hangs" ? 200 : 60_000).then(
    ({ status }) => status,
    () => "no answer",
  );
  const doneWithin = done;
  const waiting = how === "hangs" ? ask(60_000) : undefined;
  await comeBack();
  const held = await waiting;
  if (held !== undefined) assert.deepEqual(held, { status: 200, text: "well" });
  assert.deepEqual(await ask(60_000), { status: 200, text: "well" });
  await close();
  return { within, doneWithin };
}

describe("an outage of an embedded service", () => {
  it("that hangs answers the requests that still wait when it is over", async () => {
    assert.deepEqual(await answers("hangs"), { within: "no answer", doneWithin: 0 });
  });

  it("that fails answers 500 and does nothing", async () => {
    assert.deepEqual(await answers("fails"), { within: 500, doneWithin: 0 });
  });

  it("that loses answers 500 after the operation took effect", async () => {
    assert.deepEqual(await answers("loses"), { within: 500, doneWithin: 1 });
  });

  it("of SQS acts as configured, and does not delay a close", async () => {
    const { sqs, away, close } = await startSqs();
    const list = async () => {
      const headers = { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" };
      return (await fetch(sqs, { method: "POST", body: "{}", headers })).status;
    };
    assert.equal(await list(), 200);
    const comeBack = await away("fails");
    assert.equal(await list(), 500);
    await comeBack();
    await away("loses");
    assert.equal(await list(), 500);
    await away("hangs");
    const held = list().catch(() => "cut off");
    // Until the request is there.
    await delay(300);
    await close();
    assert.ok([200, "cut off"].includes(await held));
  });
});
