import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, it } from "node:test";
import { startDocuments } from "../../../local/entrances/documents.ts";

describe("the documents that providers publish, on this machine", () => {
  it("are served under their URL at the provider, and 404 where nothing is published", async () => {
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

  it("are still served after a request for an invalid path", async () => {
    const documents = await startDocuments();
    try {
      documents.publish({ "https://keys.example/a": "KEY" });
      const { hostname, port, pathname } = new URL(documents.url);
      for (const path of ["//", "//?url=https://keys.example/a", "/%zz", "/?url=%zz"]) {
        const status = await new Promise<number | undefined>((resolve, reject) => {
          // fetch would write another path.
          request({ hostname, port, path: `${pathname.slice(0, -1)}${path}` }, (response) => {
            response.resume().once("end", () => resolve(response.statusCode));
          })
            .once("error", reject)
            .end();
        });
        assert.equal(status, path.includes("keys.example") ? 200 : 404, path);
      }
    } finally {
      await documents.close();
    }
  });
});
