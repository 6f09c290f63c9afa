import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReceiver } from "../../../lambdas/core/mod.ts";
import { verification } from "../../../lambdas/middleware/mod.ts";
import { createTestReceiver, githubDelivery, ways } from "../deliveries.ts";

const saidOf = ({ body }: { readonly body: string }) => {
  const { outcome, error } = JSON.parse(body);
  return outcome ?? error;
};

for (const { name, deliver } of ways) {
  describe(`a base path by ${name}`, () => {
    const at = async (path: string, basePath?: string) => {
      const options = { ...createTestReceiver().options, ...(basePath === undefined ? {} : { basePath }) };
      return saidOf(await deliver(githubDelivery({ path }), options));
    };

    it("stands before the source's name", async () => {
      for (const path of ["/api/webhooks/github", "/api/webhooks/github/", "/api/webhooks/github?a=/b"])
        assert.equal(await at(path, "/api/webhooks"), "accepted", path);
      assert.equal(await at("/github", ""), "accepted");
    });

    it("leaves no source where it does not", async () => {
      for (const path of [
        "/github",
        "/api/webhooks",
        "/api/webhooks/",
        "/api/webhooksgithub",
        "/API/webhooks/github",
        "//github",
        "/api/webhooks/%2fgithub",
        "/x/api/webhooks/github",
        "/other?/api/webhooks/github",
      ]) {
        assert.equal(await at(path, "/api/webhooks"), "source-unknown", path);
      }
    });

    it("is the same where two slashes or more stand for one, wherever a path was joined", async () => {
      for (const path of [
        "/api/webhooks//github",
        "//api/webhooks/github",
        "/api///webhooks/github//",
        "//api//webhooks//github?a=//b",
      ])
        assert.equal(await at(path, "/api/webhooks"), "accepted", path);
      for (const path of ["//github", "///github", "/github//", "////github////", "//github/?a=1"])
        assert.equal(await at(path), "accepted", path);
      for (const path of ["//", "/", "//x/github", "//github//x", "/git//hub", "//hooks.example/github"])
        assert.equal(await at(path), "source-unknown", path);
    });

    it("is compared letter by letter", async () => {
      assert.equal(await at("/v1.0/github", "/v1.0"), "accepted");
      assert.equal(await at("/v1x0/github", "/v1.0"), "source-unknown");
    });
  });
}

describe("a base path that no URL has", () => {
  const bad = [
    "/",
    "api",
    "/api/",
    "//api",
    "/a//b",
    "/a b",
    "/a?b",
    "/a#b",
    "/a/../b",
    "/.",
    "\\a",
    "/ä",
    "https://x/a",
  ];
  for (const basePath of bad) {
    it(`is refused at once: ${basePath}`, () => {
      const { options } = createTestReceiver();
      const error = (thrown: Error) => thrown instanceof TypeError && thrown.message.endsWith(`received "${basePath}"`);
      assert.throws(() => createReceiver({ ...options, basePath }), error);
      assert.throws(() => verification({ sources: options.sources, basePath }), error);
    });
  }
});
