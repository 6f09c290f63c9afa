import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEntrance } from "../../../local/entrances/http-entrance.ts";
import { closeEntrances, exchange, only, openEntrance } from "./entrance-fixture.ts";

closeEntrances();

describe("the routes of an HTTP API", () => {
  const routes = [
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/dog/{id}",
    "ANY /pets/dog/1",
    "GET /pets/dog/1",
    "POST /{source}",
  ];
  const chosen: readonly [string, string, Record<string, string> | undefined][] = [
    ["GET /pets/dog/1", "GET /pets/dog/1", undefined],
    ["PUT /pets/dog/1", "ANY /pets/dog/1", undefined],
    ["GET /pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET /pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["POST /test/5", "ANY /{proxy+}", { proxy: "test/5" }],
    ["POST /a%2Fb%20c", "POST /{source}", { source: "a/b c" }],
    ["POST /%zz", "POST /{source}", { source: "%zz" }],
    ["POST /stripe/", "ANY /{proxy+}", { proxy: "stripe/" }],
    ["POST /", "$default", undefined],
  ];
  for (const [request, route, parameters] of chosen) {
    it(`send ${request} to ${route}`, async () => {
      const entrance = await openEntrance({ kind: "http-api", routes });
      await exchange(entrance, [`${request} HTTP/1.1`]);
      const event = only(entrance);
      assert.deepEqual([event.routeKey, event.requestContext.routeKey], [route, route]);
      assert.deepEqual(event.pathParameters, parameters);
      assert.equal(event.requestContext.accountId, "000000000000");
    });
  }

  it("answer 404 where none matches", async () => {
    const entrance = await openEntrance({ kind: "http-api", routes: ["POST /{source}"] });
    for (const line of ["GET /stripe", "POST /stripe/", "POST /", "POST /a/b"]) {
      const answer = await exchange(entrance, [`${line} HTTP/1.1`], "body");
      assert.match(
        answer,
        /^HTTP\/1\.1 404 [\s\S]*content-type: application\/json[\s\S]*\{"message":"Not Found"\}$/i,
        line,
      );
    }
    assert.deepEqual(entrance.events, []);
  });

  it("get the path decoded", async () => {
    const entrance = await openEntrance({ kind: "http-api" });
    await exchange(entrance, ["GET /a%20b?q=%20 HTTP/1.1"]);
    const { rawPath, rawQueryString, requestContext } = only(entrance);
    assert.deepEqual([rawPath, rawQueryString, requestContext.http.path], ["/a b", "q=%20", "/a b"]);
  });

  it("are refused when malformed", () => {
    const invoke = async () => ({ ok: true, payload: null }) as const;
    for (const bad of ["/stripe", "post /x", "POST stripe"]) {
      assert.throws(() => createEntrance({ kind: "http-api", host: "h", invoke, routes: [bad] }), TypeError);
    }
  });
});
