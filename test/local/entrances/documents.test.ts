import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startDocuments } from "../../../local/entrances/documents.ts";

describe("what providers publish, on this machine", () => {
  it("is answered by the URL that it has at its provider, and 404 where nothing is published", async () => {
    const documents = await startDocuments();
    try {
      const at = async (url: string) => {
        const response = await fetch(`${documents.url}?url=${encodeURIComponent(url)}`);
        return [response.status, await response.text()];
      };
      documents.publish({ "https://keys.example/a?b=c&d": "KEY" });
      assert.deepEqual(await at("https://keys.example/a?b=c&d"), [200, "KEY"]);
      assert.deepEqual(await at("https://keys.example/a"), [404, ""]);
    } finally {
      await documents.close();
    }
  });
});
