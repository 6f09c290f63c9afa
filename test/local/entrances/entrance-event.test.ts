import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closeEntrances, exchange, only, openEntrance } from "./entrance-fixture.ts";

closeEntrances();

describe("the event of a request", () => {
  it("has payload format 2.0 to the letter", async () => {
    const entrance = await openEntrance({});
    const before = Date.now();
    await exchange(
      entrance,
      [
        "POST /stripe%20eu/x?b=2&a=%26&a=c+d HTTP/1.1",
        "X-Signature: one",
        "x-signature: two,three",
        "User-Agent: Stripe/1.0",
        "Cookie: a=1; b=2",
        "Cookie: c=3",
        "Constructor: odd",
        "Content-Type: application/json; charset=utf-8",
        "X-Forwarded-For: 203.0.113.9",
        "X-Amzn-Trace-Id: Root=1-a-b",
      ],
      '{"a":"ü"}',
    );
    const { headers, requestContext, ...rest } = only(entrance);
    assert.deepEqual(rest, {
      version: "2.0",
      routeKey: "$default",
      rawPath: "/stripe%20eu/x",
      rawQueryString: "b=2&a=%26&a=c+d",
      cookies: ["a=1", "b=2", "c=3"],
      queryStringParameters: { b: "2", a: "&,c d" },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
    assert.deepEqual(headers, {
      host: "hooks.example",
      "x-signature": "one,two,three",
      "user-agent": "Stripe/1.0",
      constructor: "odd",
      "content-type": "application/json; charset=utf-8",
      "content-length": "10",
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(entrance.port),
      "x-amzn-trace-id": "Root=1-a-b",
    });
    const { requestId, time, timeEpoch, ...context } = requestContext;
    assert.deepEqual(context, {
      accountId: "anonymous",
      apiId: "abc",
      domainName: "abc.lambda-url.us-east-1.on.aws",
      domainPrefix: "abc",
      http: {
        method: "POST",
        path: "/stripe%20eu/x",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "Stripe/1.0",
      },
      routeKey: "$default",
      stage: "$default",
    });
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.match(time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.ok(timeEpoch >= before && timeEpoch <= Date.now());
    assert.deepEqual(entrance.traces, ["Root=1-a-b"]);
  });

  it("omits the fields that the request does not have", async () => {
    const entrance = await openEntrance({});
    await exchange(entrance, ["GET / HTTP/1.1"]);
    assert.deepEqual(Object.keys(only(entrance)).sort(), [
      "headers",
      "isBase64Encoded",
      "rawPath",
      "rawQueryString",
      "requestContext",
      "routeKey",
      "version",
    ]);
    assert.equal(only(entrance).requestContext.http.userAgent, "");
  });

  const bytes: readonly [string, string, Uint8Array, boolean][] = [
    ["JSON", "application/json", Buffer.from("{}"), false],
    ["JSON in odd case", "Application/JSON ;charset=utf-8", Buffer.from("{}"), false],
    ["text", "text/csv", Buffer.from("ä,b"), false],
    ["a NUL in text", "text/plain", Buffer.from("a\0b"), false],
    ["a byte order mark", "application/json", Buffer.from("\ufeff{}"), false],
    ["a form", "application/x-www-form-urlencoded", Buffer.from("a=b"), true],
    ["a +json type", "application/vnd.api+json", Buffer.from("{}"), true],
    ["no type", "", Buffer.from("{}"), true],
    ["JSON that is not UTF-8", "application/json", Buffer.from('{"a":"\xe4"}', "latin1"), true],
    ["half a surrogate in text", "text/plain", Buffer.from([0xed, 0xa0, 0x80]), true],
  ];
  for (const [title, type, body, base64] of bytes) {
    it(`keeps every byte of ${title}, as ${base64 ? "base64" : "text"}`, async () => {
      const entrance = await openEntrance({});
      await exchange(entrance, ["POST / HTTP/1.1", ...(type ? [`Content-Type: ${type}`] : [])], body);
      const event = only(entrance);
      assert.equal(event.isBase64Encoded, base64);
      assert.deepEqual(Buffer.from(event.body ?? "", base64 ? "base64" : "utf8"), Buffer.from(body));
    });
  }

  it("takes chunked bodies and absolute request targets", async () => {
    const entrance = await openEntrance({});
    await exchange(entrance, [
      "POST http://proxy.example/a?b HTTP/1.1",
      "Content-Type: text/plain",
      "Transfer-Encoding: chunked",
      "",
      "2\r\nhi\r\n0\r\n",
    ]);
    const { rawPath, rawQueryString, headers, body } = only(entrance);
    assert.deepEqual([rawPath, rawQueryString, body], ["/a", "b", "hi"]);
    assert.deepEqual([headers["content-length"], headers["transfer-encoding"]], ["2", undefined]);
  });
});
