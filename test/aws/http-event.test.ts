import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromHttpEvent, toHttpResult } from "../../lambdas/aws/http-event.ts";
import { githubDelivery, httpEvent } from "../core/deliveries.ts";

describe("an HTTP event", () => {
  it("becomes a delivery with the exact bytes, from base64 and from text", () => {
    const body = Uint8Array.of(0x7b, 0xff, 0x00, 0x80);
    const binary = fromHttpEvent(httpEvent(githubDelivery({ body }), true));
    assert.ok(!("kind" in binary));
    assert.deepEqual(binary.body, body);
    const text = fromHttpEvent(httpEvent(githubDelivery({ body: "\u{feff}🦊\r\n" }), false));
    assert.ok(!("kind" in text));
    assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.body), "\u{feff}🦊\r\n");
  });

  it("bears method, URL with query, and headers of any case", () => {
    const event = { ...httpEvent(githubDelivery(), false), rawQueryString: "a=1&b=%20", headers: { "X-One": "1" } };
    const delivery = fromHttpEvent(event);
    assert.ok(!("kind" in delivery));
    assert.equal(delivery.method, "POST");
    assert.equal(delivery.url, "https://abc.lambda-url.eu-central-1.on.aws/github?a=1&b=%20");
    assert.equal(delivery.headers.get("x-one"), "1");
  });

  it("without a body has none", () => {
    const { body: _, ...event } = httpEvent(githubDelivery(), false);
    const delivery = fromHttpEvent(event);
    assert.ok(!("kind" in delivery));
    assert.equal(delivery.body.length, 0);
  });

  it("is refused as malformed for what Headers refuses", () => {
    for (const headers of [{ "": "a" }, { "a b": "c" }, { a: "b\0c" }, { a: "b\r\nc: d" }, { a: "🦊" }]) {
      const refused = fromHttpEvent({ ...httpEvent(githubDelivery(), false), headers });
      assert.equal("kind" in refused && refused.reason, "request-malformed");
    }
  });
});

describe("a header with a line break", () => {
  // Deno's Headers make an empty value of the second and third, and every host's trim the last two.
  for (const value of ["a\nb", " a\nb", "a\r\nb\t", "a\n", "\r\na"]) {
    it(`is refused as malformed on every host: ${JSON.stringify(value)}`, () => {
      const refused = fromHttpEvent({ ...httpEvent(githubDelivery(), false), headers: { "x-one": value } });
      assert.equal("kind" in refused && refused.reason, "request-malformed");
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
