import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { fakeStripe } from "../endpoints/fake-apis.ts";
import { type FakeProvider, startFakeProvider } from "../endpoints/fake-provider.ts";
import { startStage } from "../iam/iam-stage.ts";
import { deployed } from "../stage-fixture.ts";
import { type OpenPage, openPage } from "./open-page.ts";

const hour = 3_600_000;
const now = Date.now();
const url = "https://hooks.example.com";

describe("the overview of a stage on AWS", () => {
  const api = fakeStripe();
  const real = globalThis.fetch;
  let provider: FakeProvider;
  let stage: Awaited<ReturnType<typeof startStage>>;
  let open: OpenPage;

  before(async () => {
    provider = await startFakeProvider(api);
    // The page asks Stripe itself, and takes no other address.
    globalThis.fetch = async (asked, init) =>
      await real(String(asked).replace(/^https:\/\/api\.stripe\.com/, provider.url), init);
    stage = await startStage({
      facts: {
        sources: {
          github: "github",
          shopify: "shopify",
          stripe: "stripe",
          "stripe-eu": "stripe",
          "stripe-us": "stripe",
          "stripe-old": "stripe",
        },
        events: [
          "github/push",
          "shopify/orders/create",
          "stripe/invoice.paid",
          "stripe-eu/invoice.paid",
          "stripe-us/invoice.paid",
        ].map((name) => deployed(name)),
        expectedWithinHours: { github: 24, shopify: 24, stripe: 48 },
        outputs: { FunctionUrl: url },
      },
      answers: {
        // Of the third query, Accepted of github, nothing; of shopify, an event 30 hours ago.
        GetMetricDataCommand: {
          MetricDataResults: [{ Id: "m4", Values: [3], Timestamps: [new Date(now - 31 * hour)] }],
        },
        GetQueryResultsCommand: {
          status: "Complete",
          results: [
            [
              { field: "source", value: "github" },
              { field: "duplicates", value: "17" },
            ],
          ],
        },
      },
    });
    const create = async (Name: string, SecretString: string) =>
      await stage.secrets.send(new CreateSecretCommand({ Name, SecretString }));
    await create("hookline/dev/shopify", "[");
    for (const source of ["stripe", "stripe-eu", "stripe-us"]) await create(`hookline-api/dev/${source}`, api.key);
    const kept = { id: "we_1", types: ["invoice.paid", "charge.refunded"], secret: "", on: true };
    provider.kept.push({ ...kept, url: `${url}/stripe` });
    provider.kept.push({ ...kept, id: "we_2", url: "https://domain.example/stripe-us" });
    open = await openPage(["dev"], stage.places);
  });
  after(async () => {
    globalThis.fetch = real;
    await open?.close();
    await provider?.close();
    await stage?.close();
  });

  /** The rows of the first table, by the name of the source. */
  const rowsOf = (html: string) =>
    new Map(
      [...html.matchAll(/<tr>\s*<td><a href="\/events\?source=([\w-]+)">(.*?)<\/tr>/gs)].map(
        ([, name = "", row = ""]) => [name, row],
      ),
    );

  it("says what is set up for each source, asks a provider once in the background, and has the worst first", async () => {
    const { text } = await open.ask("/");
    assert.match(text, /secret <span class="dim">…<\/span>/);
    const rows = rowsOf(await open.ask.follow("/live", /class="warn" .*not registered<.*Counted from the archive/s));
    assert.match(rows.get("github") ?? "", /secret <span class="ok" [^>]*>set<\/span>, <time [^>]*>\d+ s ago</);
    assert.match(rows.get("github") ?? "", /title="github must be told whose endpoints are meant[^"]*">not known</);
    assert.match(rows.get("shopify") ?? "", /">by hand</);
    assert.match(rows.get("stripe") ?? "", /href="\/sources\/stripe\/endpoint" title="- charge\.refunded">differs</);
    assert.match(rows.get("stripe-old") ?? "", /create the secret hookline-api\/dev\/stripe-old">no API key</);
    assert.match(rows.get("stripe-us") ?? "", /title="https:\/\/domain.example\/stripe-us may be [^"]*">other URL</);
    assert.match(rows.get("stripe-eu") ?? "", /title="No endpoint there has the URL [^"]*">not registered</);
    assert.match(rows.get("shopify") ?? "", /secret <span class="dead" [^>]*>malformed</);
    const names = [...rows.keys()];
    assert.deepEqual([names[0], names.at(-1)], ["shopify", "github"]);
    const asked = provider.requests.length;
    await open.ask.follow("/live", /Counted from the archive/);
    assert.equal(provider.requests.length, asked, "a provider is not asked again within 10 minutes");
    assert.doesNotMatch(text, new RegExp(api.key));
  });

  it("says that a source is silent for longer than its events may take, and shows the time that they may", async () => {
    const rows = rowsOf(await open.ask.follow("/live", /Counted from the archive/));
    assert.match(rows.get("shopify") ?? "", /silent: nothing accepted<br>for 30 h,<br>expected within 24 h/);
    assert.match(rows.get("stripe") ?? "", /silent: nothing accepted<br>for 7 d or more,<br>expected within 48 h/);
    assert.match(rows.get("github") ?? "", /(?:s|min) ago<\/time> <span class="dim">of 24 h<\/span><\/td>/);
    assert.doesNotMatch(rows.get("stripe-eu") ?? "", /silent|of \d+ h/);
  });

  it("counts duplicates by one query where somebody asks for it, and not again when the page is loaded", async () => {
    const { text } = await open.ask("/");
    assert.doesNotMatch(text, /<th>Duplicate</);
    stage.calls();
    const path = /href="(\/\?count=1)"/.exec(text)?.[1] ?? "";
    const { status, headers } = await open.ask(path);
    assert.deepEqual([status, headers.location], [303, "/"]);
    await open.ask("/");
    const rows = rowsOf(await open.ask.follow("/live", /<th>Duplicate<.*Duplicates are of the 24 hours until/s));
    assert.match(rows.get("github") ?? "", /<td>17<\/td>/);
    const queries = stage.calls().filter(({ command }) => command === "StartQueryCommand");
    assert.equal(queries.length, 1);
    assert.match(JSON.stringify(queries[0]?.input), /dedupe.*duplicate.*stats count/);
  });
});
