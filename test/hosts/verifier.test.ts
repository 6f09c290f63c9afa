import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answer, createVerifier } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { answering } from "../answering.ts";
import { githubDelivery, secret } from "../core/deliveries.ts";

const verify = createVerifier({ provider: github, secret, log: () => {} });
const { headers, body } = githubDelivery();

describe("a verifier", () => {
  it("works in a server of node:http, by its bytes and headers", async () => {
    const server = answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const result = await verify({ body: Buffer.concat(chunks), headers: request.headers });
      response.statusCode = result.kind === "verified" ? 200 : answer(result).status;
      response.end(result.kind);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as { readonly port: number };
      const post = async (sent: Uint8Array<ArrayBuffer>) =>
        (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: sent })).status;
      assert.deepEqual([await post(body), await post(new TextEncoder().encode("{}"))], [200, 401]);
    } finally {
      server.close();
    }
  });
});
