import assert from "node:assert/strict";
import { it } from "node:test";
import { listenOnLoopback } from "../../../local/aws/endpoint.ts";

it("a service of the local run closes no idle connection, since a client may be sending on it", async () => {
  const { url, close } = await listenOnLoopback((_, response) => response.end("{}"), { admits: "anyone" });
  try {
    const answer = await fetch(url);
    assert.equal(await answer.text(), "{}");
    // Node tells its clients of a limit where it has one.
    assert.equal(answer.headers.get("keep-alive"), null);
  } finally {
    await close();
  }
});
