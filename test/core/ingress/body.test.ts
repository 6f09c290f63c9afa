import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReceiver } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createTestReceiver, githubDelivery, secret } from "../deliveries.ts";

/** A body in chunks that counts how many were asked for, and whether it was given up. */
function chunked(chunks: Iterable<Uint8Array<ArrayBuffer>>) {
  const iterator = chunks[Symbol.iterator]();
  const seen = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) return controller.close();
        seen.pulled += 1;
        controller.enqueue(value);
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, stream };
}

function* endless() {
  for (;;) yield new Uint8Array(100);
}

const requestWith = (body: BodyInit, headers: Headers, path = "/github") =>
  new Request(`https://hooks.example${path}`, { method: "POST", headers, body, duplex: "half" } as RequestInit);

async function post(request: Request, limits: { readonly receiver?: number; readonly source?: number } = {}) {
  const { options, lines, queue } = createTestReceiver();
  const source = { provider: github, secrets: async () => [secret] };
  const own = limits.source === undefined ? {} : { bodyLimitBytes: limits.source };
  const receive = createReceiver({
    ...options,
    sources: { github: { ...source, ...own } },
    ...(limits.receiver === undefined ? {} : { bodyLimitBytes: limits.receiver }),
  });
  const response = await receive(request);
  const { error, outcome, message } = await response.json();
  const retryAfter = response.headers.get("retry-after");
  return { status: response.status, said: error ?? outcome, message, retryAfter, lines, sent: queue.sent };
}

describe("a body that comes as a stream", () => {
  it("is joined to the byte, whatever its chunks are", async () => {
    const bytes = Uint8Array.from({ length: 257 }, (_, index) => index % 256);
    const { headers, body } = githubDelivery({ body: bytes });
    const parts = [body.slice(0, 1), new Uint8Array(), body.slice(1, 200), body.slice(200)];
    const { said, sent } = await post(requestWith(chunked(parts).stream, headers));
    assert.equal(said, "accepted");
    assert.deepEqual(sent[0]?.event.body, bytes);
  });

  it("is read no further than the limit, and given up there", async () => {
    const { seen, stream } = chunked(endless());
    const answer = await post(requestWith(stream, githubDelivery().headers), { receiver: 1099 });
    assert.deepEqual([answer.status, answer.said], [413, "body-too-large"]);
    assert.equal(answer.message, "Cannot take delivery: the body has more than 1099 bytes");
    assert.deepEqual(seen, { pulled: 11, cancelled: true });
    assert.deepEqual(answer.lines, ['refused {"step":"verify","source":"github","reason":"body-too-large"}']);
  });

  it("may have as many bytes as the limit", async () => {
    const { headers, body } = githubDelivery({ body: new Uint8Array(1000) });
    assert.equal((await post(requestWith(body, headers), { receiver: 1000 })).said, "accepted");
    assert.equal((await post(requestWith(body, headers), { receiver: 999 })).said, "body-too-large");
  });

  it("is measured by its source's own limit, be it larger or smaller than the receiver's", async () => {
    const { headers, body } = githubDelivery({ body: new Uint8Array(1000) });
    assert.equal((await post(requestWith(body, headers), { receiver: 10, source: 1000 })).said, "accepted");
    assert.equal((await post(requestWith(body, headers), { receiver: 2000, source: 999 })).status, 413);
  });

  it("is not read at all where content-length says that it is too large", async () => {
    const { seen, stream } = chunked(endless());
    const { headers } = githubDelivery();
    headers.set("content-length", "1001");
    assert.equal((await post(requestWith(stream, headers), { receiver: 1000 })).status, 413);
    assert.equal(seen.pulled, 0);
  });

  it("is counted where content-length is smaller, or not a number", async () => {
    for (const length of ["0", "999", "-1", "1e9", "x"]) {
      const { headers, body } = githubDelivery({ body: new Uint8Array(1001) });
      headers.set("content-length", length);
      assert.equal((await post(requestWith(body, headers), { receiver: 1000 })).status, 413, length);
      assert.equal((await post(requestWith(body, headers), { receiver: 1001 })).said, "accepted", length);
    }
  });

  it("is not read at all where no source takes it", async () => {
    for (const [path, status] of [
      ["/gitlab", 404],
      ["/", 404],
    ] as const) {
      const { seen, stream } = chunked(endless());
      assert.equal((await post(requestWith(stream, githubDelivery().headers, path))).status, status);
      assert.equal(seen.pulled, 0);
    }
  });

  it("is answered 503 where its stream breaks", async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.error(new Error("hung up")) });
    const answer = await post(requestWith(stream, githubDelivery().headers));
    assert.deepEqual([answer.status, answer.said, answer.retryAfter], [503, "internal", "30"]);
    assert.match(answer.lines.join("\n"), /^unavailable .*hung up/);
  });

  it("is answered 503, with the remedy, where it was read before", async () => {
    const read = requestWith("{}", githubDelivery().headers);
    await read.json();
    const held = requestWith("{}", githubDelivery().headers);
    held.body?.getReader();
    for (const request of [read, held]) {
      const answer = await post(request);
      assert.deepEqual([answer.status, answer.said, answer.retryAfter], [503, "body-parsed", "30"]);
      assert.match(answer.message, /put the receiver before express\.json\(\)/);
      assert.deepEqual(answer.lines, ['unavailable {"step":"verify","source":"github","reason":"body-parsed"}']);
    }
  });
});

describe("the second argument that a host hands over", () => {
  const { options } = createTestReceiver();
  const source = { provider: github, secrets: async () => [secret] };
  // Would take what only looks like the address, too.
  const allows = (address: string) => /^192\.0\.2\.7$/.test(address);
  const receive = createReceiver({ ...options, sources: { github: { ...source, allows } } });
  const statusOf = async (from?: object) => {
    const { method, url, headers, body } = githubDelivery();
    return (await receive(new Request(url, { method, headers, body }), from)).status;
  };

  it("names the sender's address where its address is a text", async () => {
    assert.equal(await statusOf({ address: "192.0.2.7" }), 200);
    for (const from of [undefined, {}, { address: "192.0.2.8" }, { address: ["192.0.2.7"] }])
      assert.equal(await statusOf(from), 403);
  });

  it("may be anything else: a receiver works unchanged as a route of Next and in Deno.serve", async () => {
    type Route = (request: Request, context: { readonly params: Promise<unknown> }) => Promise<Response>;
    type Serve = (request: Request, info: { readonly remoteAddr: object }) => Promise<Response>;
    const [route, serve]: readonly [Route, Serve] = [receive, receive];
    const { url } = githubDelivery();
    assert.equal((await route(new Request(url), { params: Promise.resolve({}) })).status, 405);
    assert.equal((await serve(new Request(url), { remoteAddr: {} })).status, 405);
  });
});
