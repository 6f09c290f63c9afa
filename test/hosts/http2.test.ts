import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { createReceiver, type Delivery } from "../../lambdas/core/mod.ts";
import { createNodeListener, type NodeListenerOptions } from "../../lambdas/hosts/node.ts";
import { createTestReceiver, githubDelivery } from "../core/deliveries.ts";

const servers: Http2Server[] = [];
const sessions: ClientHttp2Session[] = [];
const rejections: unknown[] = [];
const reject = (reason: unknown) => void rejections.push(reason);
before(() => process.on("unhandledRejection", reject));
after(() => {
  process.off("unhandledRejection", reject);
  for (const session of sessions) session.destroy();
  for (const server of servers) server.close();
});

/** A receiver behind node:http2, and a client of it. */
async function start(
  given: {
    readonly receive?: Parameters<typeof createNodeListener>[0];
    readonly listener?: NodeListenerOptions;
    readonly bodyLimitBytes?: number;
    /** Pushed into the headers as they came, where no client could send them. */
    readonly raw?: readonly [string, string];
  } = {},
) {
  const { bodyLimitBytes = 1_000_000, raw = [] } = given;
  const receiver = createTestReceiver();
  const receive = given.receive ?? createReceiver({ ...receiver.options, bodyLimitBytes });
  const listener = createNodeListener(receive, { log: receiver.options.log, ...given.listener });
  const ended: Promise<void>[] = [];
  const server = createServer((request, response) => {
    request.rawHeaders.push(...raw);
    ended.push(listener(request, response));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  sessions.push(session);
  const open = ({ method, headers }: Delivery, path: string) =>
    session.request({ ":method": method, ":path": path, ...Object.fromEntries(headers) });
  const answerOf = async (stream: ClientHttp2Stream) => {
    // By its events: Node's iterator takes an answer for cut that ends before its request does.
    const chunks: string[] = [];
    stream.setEncoding("utf8").on("data", (chunk: string) => void chunks.push(chunk));
    const ended = once(stream, "end");
    const [head] = await once(stream, "response");
    await ended;
    return { status: Number(head[":status"]), head, ...JSON.parse(chunks.join("")) };
  };
  const post = async (delivery = githubDelivery(), path = "/github") => {
    const stream = open(delivery, path);
    stream.end(delivery.method === "GET" ? undefined : delivery.body);
    return await answerOf(stream);
  };
  return { ...receiver, ended, open, post, answerOf };
}

describe("a receiver on node:http2", () => {
  it("answers as one on node:http does", async () => {
    const { post, queue } = await start();
    const body = new Uint8Array([0xff, 0, 0xfe]);
    assert.equal((await post(githubDelivery({ body }))).outcome, "accepted");
    assert.deepEqual(queue.sent[0]?.event.body, body);
    assert.equal((await post(githubDelivery({ body }))).outcome, "duplicate");
    const refused = await post(githubDelivery({ secret: "another" }));
    assert.deepEqual([refused.status, refused.error], [401, "signature-wrong"]);
    assert.equal((await post(githubDelivery(), "/nobody")).status, 404);
    assert.equal((await post(githubDelivery({ method: "GET" }))).status, 405);
  });

  it("refuses a header that is not valid where its provider reads it, and nowhere else", async () => {
    const unneeded = await start({ raw: ["cf-ipcity", "\u017dilina"] });
    assert.equal((await unneeded.post()).outcome, "accepted");
    const needed = await start({ raw: ["x-github-event", "\u017dilina"] });
    const { status, error } = await needed.post();
    assert.deepEqual([status, error], [400, "request-malformed"]);
  });

  it("passes on the answer, each cookie by itself", async () => {
    const receive = async () => {
      const headers = new Headers({ "x-one": "1" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return new Response('{"own":true}', { status: 202, headers });
    };
    const { status, head, own } = await (await start({ receive })).post();
    assert.deepEqual([status, head["x-one"], head["set-cookie"], own], [202, "1", ["a=1", "b=2"], true]);
  });

  it("refuses a body that is too large while it is still being sent, and takes the next delivery", async () => {
    const { open, answerOf, post, ended } = await start({ bodyLimitBytes: 1000 });
    const stream = open(githubDelivery(), "/github");
    stream.on("error", () => {});
    stream.write(new Uint8Array(1001));
    assert.equal((await answerOf(stream)).status, 413);
    stream.destroy();
    assert.equal((await post()).outcome, "accepted");
    await Promise.all(ended);
  });

  it("is answered 503 where anything throws, and nothing rejects", async () => {
    const thrower = () => {
      throw new Error("private");
    };
    const given: readonly Parameters<typeof start>[0][] = [
      { receive: async () => Promise.reject(new Error("private")) },
      { receive: thrower, listener: { log: thrower } },
      { listener: { address: thrower } },
      { receive: async () => undefined as unknown as Response },
    ];
    for (const one of given) {
      const { post, ended } = await start(one);
      const { status, error, message } = await post();
      assert.deepEqual([status, error], [503, "internal"]);
      assert.doesNotMatch(message, /private/);
      await Promise.all(ended);
    }
  });

  it("is unharmed by a sender that hangs up, before the end of its body or before the answer", async () => {
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const receive = async () => {
      begun.resolve();
      await held.promise;
      return new Response("late");
    };
    const waiting = await start({ receive });
    const stream = waiting.open(githubDelivery({ method: "GET" }), "/github");
    stream.on("error", () => {});
    await begun.promise;
    stream.destroy();
    await once(stream, "close");
    held.resolve();
    await Promise.all(waiting.ended);

    const { open, post, ended } = await start();
    const half = open(githubDelivery(), "/github");
    half.on("error", () => {});
    half.write("{");
    while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve));
    half.destroy();
    await ended[0];
    assert.equal((await post()).outcome, "accepted");
    assert.deepEqual(rejections, []);
  });
});
