import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReceiver, type ReceiverOptions } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { createTestReceiver } from "./deliveries.ts";

/** What is said of options that only plain JavaScript can give. */
function told(options: unknown): string {
  try {
    createReceiver(options as ReceiverOptions);
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof RangeError);
    assert.equal(error.name, /must be a.* number .*received -?\d+$/.test(error.message) ? "RangeError" : "TypeError");
    return error.message.replace("Cannot create receiver: ", "");
  }
  return "made";
}

const secrets = async () => ["s3cret"];
const given = (change: object) => ({ ...createTestReceiver().options, ...change });
const withSource = (source: unknown) => given({ sources: { github: source } });

describe("the result of secrets()", () => {
  it("is never shown where it is a text in place of a list, or a list of something else", async () => {
    for (const given of ["s3cret", ["s3cret", 7], { secret: "s3cret" }, [["s3cret"]]]) {
      const told: unknown[] = [];
      const receive = createReceiver({
        ...createTestReceiver().options,
        sources: { github: { provider: github, secrets: async () => given as never } },
        log: (entry) => told.push(entry),
      });
      const response = await receive(new Request("https://hooks.example/github", { method: "POST", body: "{}" }));
      assert.equal(response.status, 503);
      const said = `${JSON.stringify(told)}${await response.text()}`;
      assert.match(said, /secrets\(\) must give a list of texts/);
      assert.ok(!said.includes("s3cret"), "a secret is told");
    }
  });
});

describe("a receiver's options", () => {
  it("are taken where they are right", () => {
    assert.equal(told(given({})), "made");
    const source = {
      provider: github,
      secrets,
      url: "https://hooks.example/github",
      toleranceSeconds: 0,
      liveOnly: false,
    };
    assert.equal(
      told(withSource({ ...source, bodyLimitBytes: 1, allows: () => true, fetch, keep: async () => true })),
      "made",
    );
    assert.equal(told(withSource({ provider: github, secrets, url: undefined })), "made");
  });

  const cases: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /^its options must be an object, received nothing$/],
    [null, /^its options must be an object, received null$/],
    ["github", /^its options must be an object, received a text$/],
    [{}, /^sources must be an object of sources by name: .*, received nothing$/],
    [given({ sources: [] }), /^sources must be an object of sources by name: .*, received an empty list$/],
    [withSource("github"), /^sources\["github"\] must be \{ provider, secrets \}, received a text$/],
    [withSource({ secrets }), /^sources\["github"\]\.provider must be a provider of .*, received nothing$/],
    [withSource({ provider: "github", secrets }), /^sources\["github"\]\.provider must be .*, received a text$/],
    [withSource({ provider: {}, secrets }), /^sources\["github"\]\.provider must be .*, received an object$/],
    [withSource({ provider: github }), /^sources\["github"\]\.secrets must be a function .*, received nothing$/],
    [withSource({ provider: github, secrets: "s3cret" }), /\.secrets must be a function .*, received a text$/],
    [withSource({ provider: github, secrets: ["s3cret"] }), /\.secrets must be a function .*, received a list$/],
    [withSource({ provider: github, secrets, url: 7 }), /\.url must be a text, received 7$/],
    [
      withSource({ provider: github, secrets, toleranceSeconds: -1 }),
      /\.toleranceSeconds must be a number from 0 to 604800, received -1$/,
    ],
    [
      withSource({ provider: github, secrets, bodyLimitBytes: 0 }),
      /\.bodyLimitBytes must be .* number of at least 1, received 0$/,
    ],
    [withSource({ provider: github, secrets, allows: ["192.0.2.1"] }), /\.allows must be a function, received a list$/],
    [withSource({ provider: github, secrets, liveOnly: "yes" }), /\.liveOnly must be true or false, received a text$/],
    [
      withSource({ provider: github, secrets, secret: "s3cret" }),
      /\.secret is no option; did you mean secrets\? All are/,
    ],
    [given({ souces: {} }), /^souces is no option; did you mean sources\? All are sources, basePath,/],
    [given({ now: new Date() }), /^now must be a function, received an object$/],
    [given({ log: console }), /^log must be a function, received an object$/],
    [given({ dedupe: {} }), /^dedupe must be a store of ingress records, an object with claim, read, mark, reopen, /],
    [given({ queue: { wants: () => [] } }), /^queue must be queues, an object with wants, send, received an object$/],
    [given({ basePath: 1 }), /^basePath must be "" or a path .*, received 1$/],
    [given({ dedupe: undefined }), /^it takes either dedupe and queue, or handlers and processing, received queue$/],
  ];
  for (const [options, said] of cases) {
    it(`are refused with what was expected and what was received: ${said.source}`, () => {
      const text = told(options);
      assert.match(text, said);
      assert.ok(!text.includes("s3cret"), "a secret is told");
    });
  }
});
