import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { fromHttpEvent, type HttpEvent, toHttpResult } from "../../lambdas/aws/http/http-event.ts";
import type { Delivery } from "../../lambdas/core/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { context, createTestReceiver, githubDelivery, httpEvent } from "../core/deliveries.ts";

describe("an HTTP event", () => {
  it("becomes a delivery with the exact bytes, from base64 and from text", () => {
    const body = Uint8Array.of(0x7b, 0xff, 0x00, 0x80);
    const binary = fromHttpEvent(httpEvent(githubDelivery({ body }), true));
    assert.deepEqual(binary.body, body);
    const text = fromHttpEvent(httpEvent(githubDelivery({ body: "\u{feff}🦊\r\n" }), false));
    assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.body), "\u{feff}🦊\r\n");
  });

  it("has the method, the URL with its query, and headers of any case", () => {
    const event = { ...httpEvent(githubDelivery(), false), rawQueryString: "a=1&b=%20", headers: { "X-One": "1" } };
    const delivery = fromHttpEvent(event);
    assert.equal(delivery.method, "POST");
    assert.equal(delivery.url, "https://abc.lambda-url.eu-central-1.on.aws/github?a=1&b=%20");
    assert.equal(delivery.headers.get("x-one"), "1");
  });

  it("without a body has none", () => {
    const { body: _, ...event } = httpEvent(githubDelivery(), false);
    const delivery = fromHttpEvent(event);
    assert.equal(delivery.body.length, 0);
  });

  it("omits a header that HTTP does not allow, and names it", () => {
    const invalid: readonly (readonly [string, string])[] = [
      ["", "a"],
      ["a b", "c"],
      ["A", "b\0c"],
      ["a", "b\r\nc: d"],
      ["a", "🦊"],
      ["cf-ipcity", "Žilina"],
      ["a", "\ufffd"],
      ["X-One ", "1"],
      // Deno's Headers make an empty value of the second and third, and every host's trim the last two.
      ...["a\nb", " a\nb", "a\r\nb\t", "a\n", "\r\na"].map((value) => ["x-one", value] as const),
    ];
    for (const [name, value] of invalid) {
      const headers = { "x-two": "2", [name]: value };
      const delivery = fromHttpEvent({ ...httpEvent(githubDelivery(), false), headers });
      assert.deepEqual(Array.from(delivery.headers), [["x-two", "2"]]);
      assert.deepEqual(delivery.invalidHeaders, [name.trim().toLowerCase()], JSON.stringify([name, value]));
    }
    assert.ok(!("invalidHeaders" in fromHttpEvent(httpEvent(githubDelivery(), false))));
  });

  it("omits a header that is invalid in part: the rest would be another value", () => {
    const headers = { "x-one": "a", "X-One": "b\n", "x-two": "2" };
    const delivery = fromHttpEvent({ ...httpEvent(githubDelivery(), false), headers });
    assert.deepEqual([Array.from(delivery.headers), delivery.invalidHeaders], [[["x-two", "2"]], ["x-one"]]);
  });
});

/** The events that others make of the same delivery, as their documentation shows them. */
const others = {
  "a REST API": (delivery: Delivery, isBase64Encoded: boolean) => ({
    ...{ resource: "/{source}", path: "/github", httpMethod: delivery.method, stageVariables: null },
    pathParameters: { source: "github" },
    headers: Object.fromEntries(delivery.headers),
    multiValueHeaders: Object.fromEntries(Array.from(delivery.headers, ([name, value]) => [name, [value]])),
    queryStringParameters: { a: "2", "b c": "ü&" },
    multiValueQueryStringParameters: { a: ["1", "2"], "b c": ["ü&"] },
    requestContext: {
      ...{ resourcePath: "/{source}", httpMethod: delivery.method, path: "/prod/github", stage: "prod" },
      ...{ domainName: "abc.execute-api.eu-central-1.amazonaws.com", identity: { sourceIp: "192.0.2.1" } },
    },
    body: Buffer.from(delivery.body).toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  }),
  "a load balancer": (delivery: Delivery, isBase64Encoded: boolean) => ({
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/a/b" } },
    ...{ httpMethod: delivery.method, path: "/github" },
    queryStringParameters: { a: "1", "b%20c": "%C3%BC%26" },
    headers: { ...Object.fromEntries(delivery.headers), "x-forwarded-for": "203.0.113.9, 192.0.2.1" },
    body: Buffer.from(delivery.body).toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  }),
  "a load balancer with multi-value headers": (delivery: Delivery, isBase64Encoded: boolean) => ({
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/a/b" } },
    ...{ httpMethod: delivery.method, path: "/github" },
    multiValueQueryStringParameters: { a: ["1", "2"], "b%20c": ["%C3%BC%26"] },
    multiValueHeaders: {
      ...Object.fromEntries(Array.from(delivery.headers, ([name, value]) => [name, [value]])),
      "x-forwarded-for": ["203.0.113.9", "192.0.2.1"],
    },
    body: Buffer.from(delivery.body).toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  }),
};

for (const [name, make] of Object.entries(others)) {
  const event = (delivery: Delivery, isBase64Encoded = true) => make(delivery, isBase64Encoded) as unknown as HttpEvent;

  describe(`an event of ${name}`, () => {
    it("becomes a delivery with the exact bytes, its headers, its query and the address that it came from", () => {
      const body = Uint8Array.of(0x7b, 0xff, 0x00, 0x80);
      const delivery = fromHttpEvent(event(githubDelivery({ body })));
      assert.deepEqual(delivery.body, body);
      assert.equal(delivery.method, "POST");
      assert.equal(delivery.headers.get("x-github-event"), "push");
      const { pathname, searchParams } = new URL(delivery.url);
      assert.equal(pathname, "/github");
      assert.equal(searchParams.get("a"), "1");
      assert.equal(searchParams.get("b c"), "ü&");
      assert.equal(delivery.address, "192.0.2.1");
      const text = fromHttpEvent(event(githubDelivery({ body: "\u{feff}🦊\r\n" }), false));
      assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.body), "\u{feff}🦊\r\n");
    });

    it("runs through the verifier: accepted, refused, unknown, and refused for a header alone that it needs", async () => {
      const { options } = createTestReceiver();
      const lambda = verifier(options);
      const told = async (given: HttpEvent) => {
        const { statusCode, headers, multiValueHeaders, body } = await lambda(given, context);
        const types = multiValueHeaders?.["content-type"] ?? [headers?.["content-type"]];
        assert.equal(multiValueHeaders !== undefined, name.endsWith("multi-value headers"));
        assert.deepEqual(types, ["application/json"]);
        const { outcome, error } = JSON.parse(body ?? "");
        return `${statusCode} ${outcome ?? error}`;
      };
      assert.equal(await told(event(githubDelivery())), "200 accepted");
      assert.equal(await told(event(githubDelivery({ secret: "another" }))), "401 signature-wrong");
      assert.equal(await told({ ...event(githubDelivery()), path: "/nobody" } as HttpEvent), "404 source-unknown");
      const changed = (header: string, value: string) => {
        const given = event(githubDelivery({ id: encodeURIComponent(`${header} ${value}`) })) as unknown as Record<
          string,
          object | undefined
        >;
        const { headers, multiValueHeaders } = given;
        return {
          ...given,
          ...(headers === undefined ? {} : { headers: { ...headers, [header]: value } }),
          ...(multiValueHeaders === undefined
            ? {}
            : { multiValueHeaders: { ...multiValueHeaders, [header]: [value] } }),
        } as unknown as HttpEvent;
      };
      for (const value of ["Žilina", "\ufffd", "b\r\nc", "a\0"]) {
        assert.equal(await told(changed("cf-ipcity", value)), "200 accepted", JSON.stringify(value));
        assert.equal(await told(changed("x-hub-signature-256", value)), "400 request-malformed", JSON.stringify(value));
      }
    });
  });
}

describe("an invocation without an HTTP event", () => {
  const odd: readonly unknown[] = [
    ...[
      null,
      undefined,
      "x",
      "",
      7,
      Number.NaN,
      true,
      false,
      [],
      [null],
      {},
      { headers: null },
      { requestContext: {} },
    ],
    ...[{ rawPath: "/github" }, { multiValueHeaders: "x" }],
    ...[
      { headers: { "content-type": 1 }, body: {} },
      { ...httpEvent(githubDelivery(), true), body: 7 },
    ],
    ...[{ ...httpEvent(githubDelivery(), true), headers: { "x-a": {} } }, new Date(0), Symbol.iterator, () => {}],
  ];
  for (const [index, event] of odd.entries()) {
    it(`is answered 503: ${index + 1}`, async () => {
      const { options, lines, queue } = createTestReceiver();
      for (const given of [context, undefined, {}]) {
        lines.length = 0;
        const result = await verifier(options)(event as HttpEvent, given as typeof context);
        assert.equal(result.statusCode, 503);
        assert.equal(JSON.parse(result.body ?? "").error, "internal");
        assert.match(lines.join(), /^unavailable /);
        assert.equal(queue.sent.length, 0);
      }
    });
  }
});

describe("an answer", () => {
  it("becomes Lambda's result", () => {
    assert.deepEqual(toHttpResult({ status: 204 }), { statusCode: 204, headers: {}, body: "" });
    const headers = { "content-type": "text/plain" };
    assert.deepEqual(toHttpResult({ status: 200, headers, body: "OK" }), { statusCode: 200, headers, body: "OK" });
  });
});
