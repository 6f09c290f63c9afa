import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import { connect } from "node:net";
import { describe, it } from "node:test";
import type { EntranceOptions } from "../../../local/entrances/http-entrance.ts";
import { closeEntrances, exchange, openEntrance, servers, told } from "./entrance-fixture.ts";

closeEntrances();

describe("the answer", () => {
  it("says what the function returned", async () => {
    const payload = {
      statusCode: 201,
      headers: { "Content-Type": "text/csv", "X-Number": 3, "Content-Length": "9999" },
      cookies: ["a=1; Secure", "b=2"],
      body: "a,ü",
    };
    const { status, headers, body } = await told(await openEntrance({}, { ok: true, payload }));
    assert.deepEqual([status, body, headers.get("content-length")], [201, "a,ü", "4"]);
    assert.deepEqual([headers.get("content-type"), headers.get("x-number")], ["text/csv", "3"]);
    assert.deepEqual(headers.getSetCookie(), ["a=1; Secure", "b=2"]);
    assert.match(headers.get("x-amzn-requestid") ?? "", /./);
  });

  const inferred: readonly [string, unknown, number, string, string | null, EntranceOptions["kind"]][] = [
    ["a string", "Hello", 200, '"Hello"', "application/json", "function-url"],
    ["an object", { a: 1 }, 200, '{"a":1}', "application/json", "http-api"],
    ["null", null, 200, "null", "application/json", "http-api"],
    ["a list", [{ statusCode: 500 }], 200, '[{"statusCode":500}]', "application/json", "http-api"],
    ["a status alone", { statusCode: 202 }, 202, "", "application/json", "function-url"],
    [
      "a status as text",
      { statusCode: "202", body: "x", headers: null },
      202,
      "x",
      "text/plain; charset=utf-8",
      "http-api",
    ],
    ["base64", { statusCode: 200, body: "aMO8", isBase64Encoded: true }, 200, "hü", "application/json", "function-url"],
    ["base64 without the flag", { statusCode: 200, body: "aMO8" }, 200, "aMO8", "application/json", "function-url"],
    [
      "a body that is no text",
      { statusCode: 200, body: { a: 1 } },
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
      "http-api",
    ],
    ["no content", { statusCode: 204, body: "x" }, 204, "", "application/json", "function-url"],
    ["an impossible status", { statusCode: 101 }, 502, "Internal Server Error", "text/plain", "function-url"],
    [
      "an impossible header",
      { statusCode: 200, headers: { a: "b\nc" } },
      502,
      "Internal Server Error",
      "text/plain",
      "function-url",
    ],
  ];
  for (const [title, payload, status, body, type, kind] of inferred) {
    it(`to ${title} is ${status}`, async () => {
      const answer = await told(await openEntrance({ kind }, { ok: true, payload }));
      assert.deepEqual([answer.status, answer.body, answer.headers.get("content-type")], [status, body, type]);
    });
  }

  it("to a function error does not show the error", async () => {
    const result = { ok: false, errorType: "TypeError", errorMessage: "the secret is hunter2" } as const;
    assert.equal((await told(await openEntrance({}, result))).status, 502);
    const { status, body } = await told(await openEntrance({ kind: "http-api" }, result));
    assert.deepEqual([status, body], [500, '{"message":"Internal Server Error"}']);
    const broken = () => {
      throw new Error("hunter2");
    };
    assert.equal((await told(await openEntrance({}, broken))).body, "Internal Server Error");
  });
});

describe("limits", () => {
  it("6 MB of event, base64 included", async () => {
    const entrance = await openEntrance({});
    const fits = Buffer.alloc(4.4 * 1024 * 1024);
    assert.match(await exchange(entrance, ["POST / HTTP/1.1"], fits), /^HTTP\/1\.1 200/);
    assert.match(await exchange(entrance, ["POST / HTTP/1.1"], Buffer.alloc(4.6 * 1024 * 1024)), /^HTTP\/1\.1 413/);
    assert.match(await exchange(entrance, ["POST / HTTP/1.1"], Buffer.alloc(11 * 1024 * 1024)), /^HTTP\/1\.1 413/);
    assert.equal(entrance.events.length, 1);
    const refused = await openEntrance({}, { ok: false, errorType: "RequestEntityTooLarge", errorMessage: "" });
    assert.equal((await told(refused)).status, 413);
  });

  it("10 240 bytes of request line and headers at an HTTP API, more at a function URL", async () => {
    const head = (bytes: number): string[] => {
      const rest = "GET / HTTP/1.1\r\nHost: hooks.example\r\nX: \r\nConnection: close\r\n".length;
      return ["GET / HTTP/1.1", `X: ${"x".repeat(bytes - rest)}`];
    };
    const entrance = await openEntrance({ kind: "http-api" });
    assert.match(await exchange(entrance, head(10_240)), /^HTTP\/1\.1 200/);
    assert.match(await exchange(entrance, head(10_241)), /^HTTP\/1\.1 431/);
    assert.match(await exchange(await openEntrance({}), head(10_241)), /^HTTP\/1\.1 200/);
  });

  it("a client that goes away halfway reaches no function", async () => {
    const entrance = await openEntrance({});
    const [server] = servers;
    const socket = connect(entrance.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
    const [request] = await once(server as Server, "request");
    socket.destroy();
    await new Promise((resolve) => request.once("close", resolve));
    assert.equal((await told(entrance)).status, 200);
    assert.equal(entrance.events.length, 1);
  });
});
