import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openApi } from "../../../local/entrances/entrances.ts";
import type { LambdaFunction } from "../../../local/lambda/lambda-runtime.ts";
import type { Resource } from "../../../local/template.ts";

/** A function that answers with its own name. */
function named(name: string): LambdaFunction {
  const lambda = { name, invoke: async () => ({ ok: true, payload: name }), replace: async () => {} };
  return { ...lambda, pids: () => [], close: async () => {} } as LambdaFunction;
}

function route(RouteKey: string, integration: string): Resource {
  const properties = { RouteKey, Target: `integrations/S-${integration}` };
  return { id: `S/Route-${RouteKey}`, type: "AWS::ApiGatewayV2::Route", properties };
}

function integration(id: string, name: string): Resource {
  const properties = { IntegrationUri: `arn:aws:lambda:us-east-1:000000000000:function:${name}:live` };
  return { id: `S/${id}`, type: "AWS::ApiGatewayV2::Integration", properties };
}

describe("the HTTP API", () => {
  const functions = new Map(["one", "two"].map((name) => [name, named(name)]));
  const resources = [integration("First", "one"), integration("Second", "two")];

  it("calls the integration of each route, and none for other routes", async () => {
    const closing: (() => Promise<void>)[] = [];
    const routes = [route("ANY /{source}", "First"), route("GET /health", "Second")];
    const url = await openApi([...resources, ...routes], functions, 0, 0, closing);
    const get = async (path: string) => (await fetch(`${url}${path}`)).json();
    try {
      assert.equal(await get("/github"), "one");
      assert.equal(await get("/health"), "two");
      assert.deepEqual(await get("/a/b"), { message: "Not Found" });
    } finally {
      for (const end of closing) await end();
    }
  });

  it("answers 429 beyond the throttle that the template sets, and calls nothing", async () => {
    const closing: (() => Promise<void>)[] = [];
    const DefaultRouteSettings = { ThrottlingRateLimit: 0.000_001, ThrottlingBurstLimit: 2 };
    const stage = { id: "S/Stage", type: "AWS::ApiGatewayV2::Stage", properties: { DefaultRouteSettings } };
    const url = await openApi([...resources, route("ANY /{source}", "First"), stage], functions, 0, 0, closing);
    try {
      const answers: Response[] = [];
      for (let time = 0; time < 3; time += 1) answers.push(await fetch(`${url}/github`, { method: "POST" }));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 429],
      );
      assert.deepEqual(await answers[2]?.json(), { message: "Too Many Requests" });
    } finally {
      for (const end of closing) await end();
    }
  });

  it("is refused where a route names a missing integration", async () => {
    const opening = openApi([...resources, route("GET /health", "Third")], functions, 0, 0, []);
    await assert.rejects(opening, { name: "TypeError", message: /route "GET \/health" leads nowhere/ });
  });
});
