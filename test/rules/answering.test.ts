import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { answering } from "../answering.ts";

/** What comes of the listener when a client sends half of a body and goes, once the listener reads. */
async function halfARequest(answer: (request: IncomingMessage, body: Promise<string>) => Promise<unknown>) {
  const server = answering((request) => {
    const body = text(request);
    client.destroy();
    return answer(request, body);
  });
  const [listener] = server.listeners("request") as RequestListener[];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  server.removeAllListeners("request").on("request", (...given) => resolve(listener?.(...given)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nfirst");
  try {
    return await promise;
  } finally {
    server.close();
  }
}

describe("a test's server", () => {
  it("lets a client go before its body was read", async () => {
    const faults: unknown[] = [];
    await halfARequest(async (_, body) => {
      await body.catch((error) => faults.push(error));
      throw faults[0];
    });
    assert.match(String(faults), /aborted/);
  });

  it("fails for any other error of its answer", async () => {
    for (const fault of [new Error("the test's own"), undefined]) {
      const answered = halfARequest(async (_, body) => {
        await body.catch(() => {});
        throw fault;
      });
      await assert.rejects(answered, (error) => error === fault);
    }
  });

  it("fails for an error without a value while its client is there", async () => {
    const server = answering(() => Promise.reject(null));
    const [listener] = server.listeners("request") as ((request: object) => Promise<unknown>)[];
    await assert.rejects(listener?.({ errored: null }) ?? Promise.resolve(), (error) => error === null);
  });
});
