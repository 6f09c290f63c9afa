import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { createReceiver, type Provider, type ReceiverOptions, receive } from "../../../lambdas/core/mod.ts";
import { verification } from "../../../lambdas/middleware/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createTestReceiver, githubDelivery, secret } from "../deliveries.ts";

/** A source, and how often it was looked up. */
function countedSource() {
  let lookedUp = 0;
  const sources = {
    get github() {
      lookedUp += 1;
      return { provider: github, secrets: async () => [secret] };
    },
  };
  return { sources, lookUps: () => lookedUp };
}

describe("a delivery's source", () => {
  it("is looked up once, by receive, a receiver and a middleware", async () => {
    const { options } = createTestReceiver();
    const { sources, lookUps } = countedSource();
    const { url, method, headers, body } = githubDelivery();
    const receiver = createReceiver({ ...options, sources });
    const step = verification({ sources }).before;
    const event = { delivery: githubDelivery() };
    const context = { getRemainingTimeInMillis: () => 10_000 };
    const ways: readonly (() => Promise<unknown>)[] = [
      () => receive(githubDelivery(), { ...options, sources }),
      () => receiver(new Request(url, { method, headers, body })),
      async () => await step?.({ event, context } as never),
    ];
    for (const deliver of ways) {
      const before = lookUps();
      await deliver();
      assert.equal(lookUps() - before, 1);
    }
    assert.ok("verified" in event);
  });
});

/** What is logged of a delivery by the steps that admit and verify it. */
async function linesOf(delivery: ReturnType<typeof githubDelivery>, provider: Partial<Provider> = {}) {
  const { options, lines } = createTestReceiver();
  const sources = { github: { provider: { ...github, ...provider }, secrets: async () => [secret] } };
  await receive(delivery, { ...options, sources });
  return lines.filter((line) => line.includes('"step":"verify"'));
}

describe("the lines of a log about a delivery", () => {
  it("say why it was refused before its source was known", async () => {
    const refused = ['refused {"step":"verify","reason":"source-unknown"}'];
    assert.deepEqual(await linesOf(githubDelivery({ path: "/gitlab" })), refused);
  });

  it("say why it was refused, and by which source", async () => {
    const refused = ['refused {"step":"verify","source":"github","reason":"signature-wrong"}'];
    assert.deepEqual(await linesOf(githubDelivery({ secret: "another" })), refused);
  });

  it("say why it could not be verified, with the cause where there is one", async () => {
    const { options, lines } = createTestReceiver();
    const sourcesOf = (secrets: () => Promise<readonly string[]>) => ({ github: { provider: github, secrets } });
    await receive(githubDelivery(), { ...options, sources: sourcesOf(async () => []) });
    await receive(githubDelivery(), { ...options, sources: sourcesOf(() => Promise.reject(new Error("throttled"))) });
    const fields = '"step":"verify","source":"github"';
    assert.deepEqual(lines, [
      `unavailable {${fields},"reason":"secret-unset","error":""}`,
      `unavailable {${fields},"reason":"key-fetch","error":"Error: throttled"}`,
    ]);
  });

  it("say that it was a handshake", async () => {
    const handshake = { method: "GET", signed: false, answer: () => ({ status: 200 }) } as const;
    const lines = await linesOf(githubDelivery({ method: "GET" }), { handshake });
    assert.deepEqual(lines, ['handshake answered {"step":"verify","source":"github"}']);
  });

  it("say which event it was", async () => {
    const verified = 'verified {"step":"verify","source":"github","id":"delivery-1","type":"push"}';
    assert.deepEqual(await linesOf(githubDelivery()), [verified]);
  });

  const id = { header: "x-none" } as const;
  const type = { header: "x-none" } as const;
  const cases: readonly (readonly [string, Partial<Provider>, string | undefined])[] = [
    ["no id", { events: { id, type: { header: "x-github-event" } } }, "id"],
    ["no type", { events: { id: { header: "x-github-delivery" }, type } }, "type"],
    ["neither", { events: { id, type } }, "id and type"],
    ["neither, by a function", { events: () => [{}] }, "id and type"],
    ["no id, where bodies tell events apart", { identity: "body", events: { id, type } }, "type"],
    ["no type, where there are none", { events: { id: { header: "x-github-delivery" } } }, undefined],
    ["neither, where there are none", { identity: "body", events: {} }, undefined],
  ];
  for (const [what, provider, missing] of cases) {
    it(`say whether a field that cannot be read should be there: ${what}`, async () => {
      const unreadable = (await linesOf(githubDelivery(), provider)).slice(1);
      const line = `unreadable {"step":"verify","source":"github","missing":"${missing}"}`;
      assert.deepEqual(unreadable, missing === undefined ? [] : [line]);
    });
  }
});

describe("the order of checks", () => {
  const reasonOf = async (delivery: ReturnType<typeof githubDelivery>, change: Partial<ReceiverOptions> = {}) => {
    const outcome = await receive(delivery, { ...createTestReceiver().options, ...change });
    return outcome.kind === "refused" ? outcome.reason : outcome.kind;
  };

  it("begins with the path, and ignores a host inside it", async () => {
    for (const url of [
      "/githubhttp://x",
      "/github/a://b",
      "/http://x/github",
      "x",
      "github",
      "https://hooks.example",
    ]) {
      assert.equal(await reasonOf({ ...githubDelivery(), url }), "source-unknown", url);
    }
    for (const url of ["/github", "/github?a\n#b", "HTTPS://hooks.example/github", "https://hooks.example/github#?"]) {
      assert.equal(await reasonOf({ ...githubDelivery(), url }), "accepted", url);
    }
  });

  it("continues with the method, before the size and before any secret is fetched", async () => {
    const secrets = () => Promise.reject(new Error("fetched"));
    const sources = { github: { provider: github, secrets } };
    const given = githubDelivery({ method: "PUT" });
    assert.equal(await reasonOf(given, { sources, bodyLimitBytes: 1 }), "method-not-allowed");
  });
});

describe("a source whose provider signs the URL", () => {
  it("verifies over the registered URL, never over the URL of the request", async () => {
    const provider: Provider = {
      ...github,
      verification: {
        ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["url", "body"] },
        signature: { header: "x-signature" },
      },
    };
    const delivery = githubDelivery();
    const sign = (url: string) => createHmac("sha256", secret).update(url).update(delivery.body).digest("hex");
    const source = { provider, secrets: async () => [secret] };
    const kindOf = async (signed: string, github: typeof source & { readonly url?: string }) => {
      const headers = new Headers({ "x-signature": sign(signed) });
      return (await receive({ ...delivery, headers }, { ...createTestReceiver().options, sources: { github } })).kind;
    };
    const url = "https://public.example/hook";
    assert.equal(await kindOf(url, { ...source, url }), "ignored");
    assert.equal(await kindOf(delivery.url, { ...source, url }), "refused");
    assert.equal(await kindOf(delivery.url, source), "unavailable");
  });
});
