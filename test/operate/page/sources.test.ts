import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseSecretValue } from "../../../lambdas/aws/secrets/secret-value.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { createLogCounts, serveLogCounts } from "../../../local/aws/log-counts.ts";
import { fakeStripe } from "../endpoints/fake-apis.ts";
import { type FakeProvider, startFakeProvider } from "../endpoints/fake-provider.ts";
import type { OpenPage } from "./open-page.ts";
import { startReceivingRun } from "./receiving-run.ts";

/** A secret that nothing shows. */
const fresh = "whsec_fresh-and-private";
const tunnel = "https://tunnel.example.com";

describe("the page of sources", () => {
  const counts = createLogCounts();
  const api = fakeStripe();
  const real = globalThis.fetch;
  let counted: Awaited<ReturnType<typeof serveLogCounts>>;
  let run: Awaited<ReturnType<typeof startReceivingRun>>;
  let provider: FakeProvider;
  let secrets: SecretsManagerClient;
  let open: OpenPage;

  before(async () => {
    counted = await serveLogCounts(counts.counts);
    run = await startReceivingRun({ counts: counted.url });
    const { endpoints, accessKeyId } = run.archive.standIns;
    secrets = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
    for (const Name of ["hookline/dev/github", "hookline/dev/stripe"]) {
      await secrets.send(new CreateSecretCommand({ Name }));
    }
    provider = await startFakeProvider(api);
    // The page asks Stripe itself, and takes no other address.
    globalThis.fetch = async (asked, init) =>
      await real(String(asked).replace(/^https:\/\/api\.stripe\.com/, provider.url), init);
    open = await run.open();
  });
  after(async () => {
    globalThis.fetch = real;
    secrets?.destroy();
    await open?.close();
    await provider?.close();
    await run?.close();
    await counted?.close();
  });

  /** The stored secrets of Stripe. */
  async function stored(VersionStage = "AWSCURRENT") {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: "hookline/dev/stripe", VersionStage }));
    return parseSecretValue(answer.SecretString ?? "").secrets;
  }
  async function add(secret: string, fields: Readonly<Record<string, string>> = {}) {
    const { text } = await open.ask("/sources/stripe");
    return await open.ask.submit(text, "/sources/stripe/secret", {
      ...{ secret, "those before it count": "for a day more" },
      ...fields,
    });
  }

  it("says for each source what to enter at its provider, and that its secret is not set", async () => {
    const { status, text } = await open.ask("/sources");
    assert.equal(status, 200);
    assert.match(text, /<a href="\/sources\/github">github<\/a>/);
    assert.match(text, /<td><span class="dead" [^>]*>not set<\/span><\/td>/);
    assert.ok(text.includes(`<code>${run.functionUrl}/stripe</code>`));
    assert.match(text, /(?:npm run endpoints --|deno task endpoints) stripe apply --url https:\/\/&lt;tunnel&gt;/);
    const { text: one } = await open.ask("/sources/github");
    assert.match(one, /<dd>issues.opened, push<\/dd>/);
    assert.match(one, /<code>hookline\/dev\/github<\/code> is <span class="dead" [^>]*>not set/);
    assert.match(one, /curl https:\/\/api.github.com/);
  });

  it("adds a secret, which it never shows, and gives those before it a day more", async () => {
    const { status, headers } = await add("whsec_first");
    assert.deepEqual([status, headers.location], [303, "/sources/stripe"]);
    await add(fresh);
    const [first, second] = await stored();
    assert.deepEqual(first, { secret: fresh });
    assert.equal(second?.secret, "whsec_first");
    assert.ok((second?.until?.getTime() ?? 0) > Date.now());
    const { text } = await open.ask("/sources/stripe");
    assert.match(
      text,
      /<span class="ok" [^>]*>set<\/span>, <time [^>]*>\d+ s ago<\/time>. It holds 1 that counts for good, and 1 until /,
    );
    assert.match(text, /<input type="password" name="secret" required autocomplete="off">/);
    assert.match(
      (await open.ask("/sources")).text,
      /<td><span class="ok" [^>]*>set<\/span>, <time [^>]*>\d+ s ago<\/time><\/td>/,
    );
    for (const path of ["/sources", "/sources/stripe"]) {
      assert.doesNotMatch((await open.ask(path)).text, /whsec_f/, path);
    }
  });

  it("adds one beside those before it, for good", async () => {
    await add("whsec_live", { "those before it count": "for good" });
    const all = await stored();
    assert.deepEqual(
      all.filter(({ until }) => until === undefined).map(({ secret }) => secret),
      ["whsec_live", fresh],
    );
  });

  it("replaces all of them, also the version before, where one has leaked", async () => {
    await add(fresh, { "those before it count": "no more" });
    assert.deepEqual(await stored(), [{ secret: fresh }]);
    assert.deepEqual(await stored("AWSPREVIOUS"), [{ secret: fresh }]);
    const { status, text } = await add("whsec_other", { "those before it count": "for ever" });
    assert.equal(status, 400);
    assert.match(text, /those before it count takes for a day more, for good, no more, received &quot;for ever&quot;/);
    assert.deepEqual(await stored(), [{ secret: fresh }]);
  });

  it("refuses what is no secret, and repeats nothing of it", async () => {
    const before = await stored();
    for (const none of ["", "whsec_...", "private\nprivate"]) {
      const { status, text } = await add(none);
      assert.equal(status, 400);
      assert.match(text, /Cannot add the secret: the input holds (none, or a placeholder|several lines)/);
      assert.ok(!text.includes("private"));
    }
    assert.deepEqual(await stored(), before);
    assert.equal(
      (await open.ask.submit("", "/sources/stripe/secret", { secret: fresh })).status,
      403,
      "without its token",
    );
  });

  it("lists the types that came and have no event file", async () => {
    assert.match((await open.ask("/sources")).text, /<p>None\.<\/p>/);
    const line = { step: "dedupe", reason: "no-processor", source: "github", type: "star" };
    counts.add({ kind: "stdout", text: JSON.stringify(line) } as never);
    assert.match(
      (await open.ask("/sources")).text,
      /github\/star came once and has no event file: <code>(?:npm run new --|deno task new) event github\/star<\/code>/,
    );
  });

  it("compares the endpoint with the one at its provider only where somebody asks for it, by the stored key", async () => {
    const path = `/sources/stripe/endpoint?url=${encodeURIComponent(tunnel)}`;
    await open.ask("/sources/stripe");
    assert.equal(provider.requests.length, 0);
    const without = await open.ask(path);
    assert.equal(without.status, 400);
    assert.match(without.text, /Cannot find the API key/);
    const stored = { Name: "hookline-api/dev/stripe", SecretString: api.key };
    await secrets.send(new CreateSecretCommand(stored));
    const { status, text } = await open.ask(path);
    assert.equal(status, 200);
    assert.match(text, /\+ https:\/\/tunnel.example.com\/stripe {2}not registered at Stripe yet\n\+ invoice.paid/);
    assert.ok(!text.includes(api.key));
    assert.deepEqual([...new Set(provider.requests.map(({ method }) => method))], ["GET"]);
    assert.equal((await open.ask("/sources/stripe/endpoint?url=ftp://x")).status, 400);
    const foreign = await open.ask("/sources/github/endpoint?url=https://x&owner=../x");
    assert.match(foreign.text, /Cannot tell whose endpoints are meant/);
  });

  it("has no form that acts on a read-only page, and takes none", async () => {
    const readOnly = await run.open("--read-only");
    try {
      const { text } = await readOnly.ask("/sources/stripe");
      assert.doesNotMatch(text, /method="post"|type="password"/);
      assert.equal((await readOnly.ask.submit(text, "/sources/stripe/secret", { secret: fresh })).status, 403);
    } finally {
      await readOnly.close();
    }
  });

  it("says that a source is not there", async () => {
    for (const path of ["/sources/nobody", "/sources/nobody/endpoint", "/sources/__proto__"]) {
      assert.equal((await open.ask(path)).status, 404, path);
    }
  });
});
