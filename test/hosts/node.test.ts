import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer, json } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { createReceiver, type ReceiverOptions } from "../../lambdas/core/mod.ts";
import { createNodeListener, type NodeListenerOptions, type NodeRequest } from "../../lambdas/hosts/node.ts";
import { answering } from "../answering.ts";
import { createTestReceiver, githubDelivery } from "../core/deliveries.ts";

/** A request that a framework may add to. */
type Changed = IncomingMessage & Record<string, unknown>;

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(listener: RequestListener): Promise<number> {
  const server = answering(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A receiver on a port; `before` is what a framework does to a request first. */
async function start(
  given: {
    readonly options?: Partial<ReceiverOptions>;
    readonly listener?: NodeListenerOptions;
    readonly before?: (request: Changed) => Promise<unknown>;
    readonly answered?: true;
    readonly receive?: Parameters<typeof createNodeListener>[0];
  } = {},
) {
  const receiver = createTestReceiver();
  const requests: Request[] = [];
  const receive = given.receive ?? createReceiver({ ...receiver.options, ...given.options } as ReceiverOptions);
  const listener = createNodeListener(
    async (request, from) => {
      requests.push(request);
      return await receive(request, from);
    },
    { log: receiver.options.log, ...given.listener },
  );
  const ended: Promise<void>[] = [];
  const port = await listen(async (request, response) => {
    await given.before?.(request as Changed);
    if (given.answered) response.end("mine");
    ended.push(listener(request, response));
  });
  const url = `http://127.0.0.1:${port}`;
  const post = async (delivery = githubDelivery(), path = "/github") => {
    const { method, headers, body } = delivery;
    const response = await fetch(`${url}${path}`, { method, headers, body });
    const { outcome, error, message } = await response.json();
    return {
      status: response.status,
      said: outcome ?? error,
      message,
      retryAfter: response.headers.get("retry-after"),
    };
  };
  return { ...receiver, requests, ended, port, url, post };
}

/** What a server answers to these bytes until it closes; each line ends as HTTP's do. */
async function raw(port: number, lines: readonly string[], body = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n${body}`, "latin1");
  return (await buffer(socket)).toString();
}

const signed = (body: string) => Array.from(githubDelivery({ body }).headers, ([name, value]) => `${name}: ${value}`);

describe("a receiver on node:http", () => {
  it("takes a delivery to the byte, in however many chunks it comes", async () => {
    const { post, queue } = await start();
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256);
    assert.deepEqual(await post(githubDelivery({ body })), {
      ...{ status: 200, said: "accepted", message: undefined, retryAfter: null },
    });
    assert.deepEqual(queue.sent[0]?.event.body, body);
  });

  it("leaves its connection to the next delivery", async () => {
    const { port } = await start();
    const request = (path: string, ...others: readonly string[]) =>
      [`POST ${path} HTTP/1.1`, "Host: x", ...signed("{}"), "Content-Length: 2", ...others, "", "{}"].join("\r\n");
    const socket = connect(port, "127.0.0.1");
    socket.write(request("/github"));
    const [first] = await once(socket, "data");
    assert.match(String(first), /^HTTP\/1\.1 200 /);
    socket.write(request("/github", "Connection: close"));
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 200 .*"duplicate"/s);
  });

  it("hands the answer back whole", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-own", "1"],
    ]);
    const { url } = await start({ receive: async () => new Response("é", { status: 202, headers }) });
    const response = await fetch(url);
    assert.equal(response.status, 202);
    assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(response.headers.get("x-own"), "1");
    assert.equal(response.headers.get("content-length"), "2");
    assert.equal(await response.text(), "é");
  });

  it("answers GET and HEAD, which have no body", async () => {
    const { url } = await start();
    assert.equal((await fetch(`${url}/github`)).status, 405);
    const head = await fetch(`${url}/github`, { method: "HEAD" });
    assert.equal(head.status, 405);
    assert.equal(await head.text(), "");
  });

  it("keeps headers that come twice, joined, and their bytes", async () => {
    const { port, requests } = await start();
    await raw(port, ["POST /github HTTP/1.1", "Host: x", "X-Twice: a", "x-twice: b", "X-Latin: \u00e9"]);
    assert.equal(requests[0]?.headers.get("x-twice"), "a, b");
    assert.equal(requests[0]?.headers.get("x-latin"), "\u00e9");
  });

  it("takes the URL neither from Host nor from a host in the path", async () => {
    const { port, requests } = await start();
    const post = async (target: string) => {
      const lines = [`POST ${target} HTTP/1.1`, "Host: evil/github?", ...signed("{}"), "Content-Length: 2"];
      return /^HTTP\/1\.1 (\d+)/.exec(await raw(port, lines, "{}"))?.[1];
    };
    assert.equal(await post("/github"), "200");
    assert.equal(requests[0]?.url, "https://hooks.invalid/github");
    assert.equal(await post("///github"), "200");
    for (const target of ["//evil/github", "/\\evil/github", "/x@evil/github", "/http://evil/github"])
      assert.equal(await post(target), "404", target);
    assert.equal(await post("http://evil/github"), "400");
  });

  it("refuses a target that is no path", async () => {
    const { port, lines } = await start();
    assert.match(await raw(port, ["OPTIONS * HTTP/1.1", "Host: x"]), /^HTTP\/1\.1 400 .*"request-malformed"/s);
    assert.deepEqual(lines, ['refused {"step":"verify","reason":"request-malformed"}']);
  });

  it("refuses methods that a Request cannot have", async () => {
    const { port, lines } = await start();
    const answer = await raw(port, ["TRACE /github HTTP/1.1", "Host: x"]);
    assert.match(answer, /^HTTP\/1\.1 405 .*"Cannot take delivery: TRACE is not POST"/s);
    assert.deepEqual(lines, ['refused {"step":"verify","reason":"method-not-allowed"}']);
  });

  it("refuses a header that is not valid where its provider reads it, and nowhere else", async () => {
    for (const value of ["a\u{1F98A}", "a\r\nb", "a\n", "a\0"]) {
      for (const [name, expected] of Object.entries({
        "cf-ipcity": [200, "accepted"],
        "X-Hub-Signature-256": [400, "request-malformed"],
        "x-github-event": [400, "request-malformed"],
      })) {
        const { post } = await start({ before: async ({ rawHeaders }) => rawHeaders.push(name, value) });
        const { status, said } = await post();
        assert.deepEqual([status, said], expected, JSON.stringify([name, value]));
      }
    }
  });

  it("takes the whole path where a router has taken its part away", async () => {
    const before = async (request: Changed) => {
      request.originalUrl = request.url;
      request.url = "/github";
    };
    const { post } = await start({ before, options: { basePath: "/webhooks" } });
    assert.equal((await post(githubDelivery(), "/webhooks/github")).said, "accepted");
    assert.equal((await post(githubDelivery(), "/github")).said, "source-unknown");
  });

  it("takes the sender's address from the socket, or from an option", async () => {
    const seen: (string | undefined)[] = [];
    const receive = async (_: Request, from?: { readonly address?: string }) => {
      seen.push(from?.address);
      return new Response();
    };
    const address = ({ headers }: NodeRequest) => headers["x-real-ip"]?.toString();
    const own = await start({ receive });
    const behind = await start({ receive, listener: { address } });
    await fetch(own.url);
    await fetch(behind.url, { headers: { "x-real-ip": "192.0.2.7" } });
    await fetch(behind.url);
    assert.deepEqual(seen, ["127.0.0.1", "192.0.2.7", undefined]);
  });

  it("writes an IPv4 address in dots where the server listens on IPv6", async () => {
    const seen: (string | undefined)[] = [];
    const listener = createNodeListener(async (_, from) => {
      seen.push(from?.address);
      return new Response();
    });
    const server = answering(listener);
    servers.push(server);
    server.listen(0, "::ffff:127.0.0.1");
    await once(server, "listening");
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.deepEqual(seen, ["127.0.0.1"]);
  });
});

describe("a body that something has read before", () => {
  const keep = (name: string) => async (request: Changed) => {
    request[name] = await buffer(request);
  };

  for (const name of ["body", "rawBody"]) {
    it(`is taken where its bytes are kept in ${name}`, async () => {
      const { post, queue } = await start({ before: keep(name) });
      const { headers, body } = githubDelivery({ body: new Uint8Array([0xff, 0, 0xfe]) });
      assert.equal((await post({ ...githubDelivery(), headers, body })).said, "accepted");
      assert.deepEqual(queue.sent[0]?.event.body, body);
    });
  }

  it("is taken from rawBody where body is a parser's value", async () => {
    const before = async (request: Changed) => {
      request.rawBody = await buffer(request);
      request.body = { ref: "refs/heads/main" };
    };
    assert.equal((await (await start({ before })).post()).said, "accepted");
  });

  const parsers = {
    "is parsed": async (request: Changed) => {
      request.body = await json(request);
    },
    "is kept as text": async (request: Changed) => {
      request.rawBody = (await buffer(request)).toString();
    },
    "is to come as texts": async (request: NodeRequest) => request.setEncoding("utf8"),
  };
  for (const [what, before] of Object.entries(parsers)) {
    it(`is answered 503, with the remedy, where it ${what}`, async () => {
      const { post, lines, requests } = await start({ before });
      const { status, said, message, retryAfter } = await post();
      assert.deepEqual([status, said, retryAfter], [503, "body-parsed", "30"]);
      assert.match(message, /parsed before Hookline could read its bytes: put the receiver before express\.json\(\)/);
      assert.match(lines.join("\n"), /^unavailable .*"reason":"body-parsed".*express\.json\(\)/);
      assert.equal(requests.length, 0);
    });
  }
});

describe("a body that is not read to its end", () => {
  it("is refused 413 while it is still being sent, and its connection closed", async () => {
    const { port } = await start({ options: { bodyLimitBytes: 1000 } });
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /github HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write(`3e9\r\n${"x".repeat(1001)}\r\n`);
    const answer = (await buffer(socket)).toString();
    assert.match(answer, /^HTTP\/1\.1 413 .*connection: close.*"body-too-large"/is);
  });

  it("is refused 413 before it is sent, where its length says so", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.write(`POST /github HTTP/1.1\r\nHost: x\r\nContent-Length: ${6 * 1_048_576 + 1}\r\n\r\n`);
    assert.match((await buffer(socket)).toString(), /^HTTP\/1\.1 413 /);
  });

  it("is not read at all where no source takes it", async () => {
    const receive = createReceiver({ ...createTestReceiver().options, sources: {} });
    const seen: NodeRequest[] = [];
    const { post } = await start({
      before: async (request) => seen.push(request),
      async receive(request) {
        const response = await receive(request);
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(seen[0]?.readableDidRead, false);
        return response;
      },
    });
    assert.equal((await post()).said, "source-unknown");
    assert.equal(seen.length, 1);
  });

  it("harms nothing when its sender hangs up: an error is logged, and the next delivery is taken", async () => {
    const { port, post, ended, lines, requests } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.write(["POST /github HTTP/1.1", "Host: x", ...signed("{}"), "Content-Length: 20", "", "{"].join("\r\n"));
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await ended[0];
    assert.match(lines.join("\n"), /^unavailable \{"step":"verify","error":"[^"]+"\}$/);
    assert.equal((await post()).said, "accepted");
  });

  it("harms nothing when its sender hangs up before the answer", async () => {
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const receive = async () => {
      begun.resolve();
      await held.promise;
      return new Response("late");
    };
    const { port, ended } = await start({ receive });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await begun.promise;
    socket.destroy();
    await once(socket, "close");
    held.resolve();
    await ended[0];
  });
});

describe("a request that somebody else has answered", () => {
  it("is left unchanged", async () => {
    const { url, ended } = await start({ answered: true });
    assert.equal(await (await fetch(url)).text(), "mine");
    await ended[0];
  });
});

describe("a receiver that fails", () => {
  it("is answered 503, and its error is only in the log", async () => {
    const receive = async () => Promise.reject(new Error("private"));
    const { post, lines } = await start({ receive });
    const { status, said, message, retryAfter } = await post();
    assert.deepEqual([status, said, retryAfter], [503, "internal", "30"]);
    assert.doesNotMatch(message, /private/);
    assert.deepEqual(lines, ['unavailable {"step":"answer","error":"Error: private"}']);
  });

  it("is answered 503 where its log, its address or its answer throws: nothing rejects", async () => {
    const thrower = () => {
      throw new Error("private");
    };
    const broken = new Response(new ReadableStream({ start: (controller) => controller.error(new Error("private")) }));
    const given: readonly Parameters<typeof start>[0][] = [
      { receive: thrower, listener: { log: thrower } },
      { listener: { address: thrower } },
      { receive: async () => broken.clone() },
      { receive: async () => undefined as unknown as Response },
    ];
    for (const one of given) {
      const { post, ended } = await start(one);
      const { status, said, message } = await post();
      assert.deepEqual([status, said], [503, "internal"]);
      assert.doesNotMatch(message, /private/);
      await Promise.all(ended);
    }
  });
});
