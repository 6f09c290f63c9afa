import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { type EndpointsFixture, startFixture, tunnel } from "./endpoints-fixture.ts";
import { fakeGithub, fakeStripe, fakeWhatalo, fakeWhop } from "./fake-apis.ts";
import type { FakeApi } from "./fake-provider.ts";

let place: EndpointsFixture;

/** The fixture, with so many endpoints of somebody else's before ours. */
async function open(source: string, api: FakeApi, files: Readonly<Record<string, string>>, others = 0) {
  place = await startFixture(source, api, files);
  for (let id = 9001; id <= 9000 + others; id += 1) {
    place.kept.push({ id: `${id}`, url: `https://example.com/${id}`, types: ["x"], secret: "theirs", on: true });
  }
}
const urlOf = (source: string) => `${tunnel}/${source}`;
const ours = (source: string) => place.kept.find(({ url }) => url === urlOf(source));

const closed = () => place.close();

describe("endpoints of Stripe", () => {
  afterEach(closed);

  const files = { "stripe/invoice.paid": 'types: ["charge.*"]' };

  it("apply stores the secret that Stripe shows once, beside the older ones, and tells it to nobody", async () => {
    await open("stripe", fakeStripe(), files);
    const older = { SecretId: "hookline/dev/stripe", SecretString: "whsec_older" };
    await place.client.send(new PutSecretValueCommand(older));
    const { said } = await place.run("apply", ["--yes"]);
    assert.deepEqual(await place.secrets(), [ours("stripe")?.secret, "whsec_older"]);
    assert.ok(!said.includes("whsec_"));
    assert.deepEqual(ours("stripe")?.types, ["invoice.paid"]);
    assert.match(said, /^\? charge\.\* {2}the provider takes names alone/m);
    assert.equal(place.requests[1]?.headers["content-type"], "application/x-www-form-urlencoded");
  });

  it("apply finds ours over pages, leaves what a pattern takes, and switches on what Stripe disabled", async () => {
    await open("stripe", fakeStripe(), files, 7);
    const types = ["charge.failed", "customer.created"];
    place.kept.push({ id: "we_ours", url: urlOf("stripe"), types, secret: "s", on: false });
    const before = structuredClone(place.kept.slice(0, 7));
    const { said } = await place.run("apply", ["--yes"]);
    assert.equal(place.calls().filter((call) => call.startsWith("GET")).length, 3);
    assert.match(said, /^! it gets no deliveries: Stripe has it disabled$/m);
    assert.match(said, /^- customer\.created {2}ticked, without a file$/m);
    assert.deepEqual([ours("stripe")?.types, ours("stripe")?.on], [["charge.failed", "invoice.paid"], true]);
    assert.deepEqual(place.kept.slice(0, 7), before);
    assert.match((await place.run("list")).said, /^\* we_ours/m);
  });

  it("apply repeats a creation under one key, so that it makes one endpoint and has its secret", async () => {
    await open("stripe", fakeStripe(), files);
    place.faults.push(
      { status: 200, json: { data: [], has_more: false } },
      { status: 500, done: true },
      { status: 503 },
    );
    await place.run("apply", ["--yes"]);
    const keys = new Set(place.requests.slice(1).map(({ headers }) => headers["idempotency-key"]));
    assert.deepEqual([keys.size, keys.has(undefined), place.kept.length], [1, false, 1]);
    assert.deepEqual(await place.secrets(), [ours("stripe")?.secret]);
  });

  it("apply says what to do where nobody knows whether Stripe made one: its secret is lost", async () => {
    await open("stripe", fakeStripe(), files);
    const failing = { status: 500, done: true } as const;
    place.faults.push({ status: 200, json: { data: [], has_more: false } }, failing, failing, failing, failing);
    await assert.rejects(
      place.run("apply", ["--yes"]),
      /it answered 500, so it may be done: look with list; delete it where it is there: its secret was shown once$/,
    );
    assert.deepEqual(place.pauses, [1000, 2000, 4000]);
  });

  it("apply deletes the endpoint again whose secret cannot be stored", async () => {
    await open("stripe", fakeStripe(), files);
    await place.client.send(
      new DeleteSecretCommand({ SecretId: "hookline/dev/stripe", ForceDeleteWithoutRecovery: true }),
    );
    await assert.rejects(
      place.run("apply", ["--yes"]),
      /its secret, which is shown once, could not be stored; it was deleted again$/,
    );
    assert.deepEqual(place.kept, []);
  });

  it("apply ticks every type for _other.ts, and says so of what is ticked too much", async () => {
    await open("stripe", fakeStripe(), { "stripe/_other": "", "stripe/invoice.paid": "" });
    await place.run("apply", ["--yes"]);
    assert.deepEqual(ours("stripe")?.types, ["*"]);
    await place.close();
    await open("stripe", fakeStripe(), { "stripe/invoice.paid": "" });
    place.kept.push({ id: "we_ours", url: urlOf("stripe"), types: ["*"], secret: "s", on: true });
    const { said } = await place.run("diff");
    assert.match(said, /^\+ invoice\.paid\n- \* {2}every type, without a file$/m);
  });

  it("test says that there is no call for it, and what to do in its place", async () => {
    await open("stripe", fakeStripe(), files);
    await place.run("apply", ["--yes"]);
    await assert.rejects(place.run("test"), /Cannot have Stripe send a test: .+ stripe trigger <event type>$/);
  });
});

describe("endpoints of GitHub", () => {
  afterEach(closed);

  const files = { "github/push": 'types: ["release.*"]', "github/issues.opened": "" };

  for (const [owner, path] of [
    ["octo/shop", "/repos/octo/shop/hooks"],
    ["octo", "/orgs/octo/hooks"],
  ] as const) {
    it(`the command registers at ${path} by the coarse types, with a secret of ours, pings, and deletes`, async () => {
      await open("github", fakeGithub(), files, 5);
      const given = ["--owner", owner, "--yes"];
      await place.run("apply", given);
      const { id = "", types, secret = "" } = ours("github") ?? {};
      assert.deepEqual(types, ["issues", "push", "release"]);
      assert.deepEqual(await place.secrets(), [secret]);
      assert.equal((await place.run("diff", given)).code, 0, "found again on the third page");
      await place.run("test", given);
      assert.equal(place.calls().at(-1), `POST ${path}/${id}/pings`);
      await place.run("delete", given);
      assert.equal(place.kept.length, 5);
    });
  }

  it("apply changes types and state, and leaves the secret at GitHub as it is", async () => {
    await open("github", fakeGithub(), files);
    place.kept.push({ id: "7", url: urlOf("github"), types: ["push", "fork"], secret: "kept", on: false });
    const { said } = await place.run("apply", ["--owner", "octo/shop", "--yes"]);
    assert.match(said, /^! it gets no deliveries: it is not active$/m);
    assert.deepEqual(ours("github"), {
      ...{ id: "7", url: urlOf("github"), secret: "kept", on: true },
      types: ["issues", "push", "release"],
    });
  });

  it("every call waits where GitHub says by 403 that none of its calls remain, and not at another 403", async () => {
    await open("github", fakeGithub(), files);
    const now = new Date("2026-01-05T10:00:00Z");
    const reset = `${now.getTime() / 1000 + 30}`;
    place.faults.push({ status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } });
    await place.run("list", ["--owner", "octo"], { now });
    assert.deepEqual(place.pauses, [30_000]);
    place.faults.push({ status: 403, headers: { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": reset } });
    await assert.rejects(place.run("list", ["--owner", "octo"], { now }), /must be allowed to write "Webhooks"/);
  });

  it("every call needs to know whose, and says so where they are not there", async () => {
    await open("github", fakeGithub(), files);
    await assert.rejects(place.run("list"), /give --owner, OWNER\/REPO, or an organisation$/);
    await assert.rejects(place.run("list", ["--owner", "octo/other"]), /404: .+; see that --owner is right/);
  });
});

describe("endpoints of Whatalo", () => {
  afterEach(closed);

  const files = { "whatalo/order.created": "" };

  it("apply registers with a secret of ours under the store's key, warns of the header, and changes types", async () => {
    await open("whatalo", fakeWhatalo(), files, 1);
    const first = await place.run("apply", ["--yes"]);
    assert.match(first.said, /^! its REST documentation signs under X-Whatalo-Signature, .+ accepted$/m);
    assert.deepEqual(await place.secrets(), [ours("whatalo")?.secret]);
    ours("whatalo")?.types.push("order.updated");
    const { said } = await place.run("apply", ["--yes"]);
    assert.match(said, /^- order\.updated {2}ticked, without a file$/m);
    assert.equal(place.calls().at(-1), `PATCH /v1/webhooks/${ours("whatalo")?.id}`);
    await assert.rejects(place.run("test"), /Cannot have Whatalo send a test/);
    await place.run("delete", ["--yes"]);
    assert.deepEqual(
      place.kept.map(({ id }) => id),
      ["9001"],
    );
  });

  it("apply says of one that Whatalo switched off what can be done", async () => {
    await open("whatalo", fakeWhatalo(), files);
    place.kept.push({ id: "wh_1", url: urlOf("whatalo"), types: ["order.created"], secret: "s", on: false });
    const { said } = await place.run("apply", ["--yes"]);
    assert.match(said, /^! it gets no deliveries: it is not active, after 12 failures; its API has no documented way/m);
    assert.match(said, /^There is nothing to change\.$/m);
    assert.equal((await place.run("diff")).code, 1);
    assert.deepEqual([...new Set(place.calls())], ["GET /v1/webhooks"]);
    assert.match((await place.run("list")).said, /OFF: it is not active/);
  });
});

describe("endpoints of Whop", () => {
  afterEach(closed);

  const files = { "whop/payment.succeeded": "" };
  const given = ["--owner", "biz_1", "--yes"];

  it("apply stores the secret that Whop shows once, and finds ours over pages", async () => {
    await open("whop", fakeWhop(), files, 5);
    await place.run("apply", given);
    assert.deepEqual(await place.secrets(), [ours("whop")?.secret]);
    const { resource_id: resource, api_version: version } = JSON.parse(place.requests.at(-1)?.body ?? "");
    assert.deepEqual([resource, version], ["biz_1", "v1"]);
    assert.equal((await place.run("diff", given)).code, 0);
    await assert.rejects(place.run("test", given), /send a test event in Whop's dashboard/);
    await place.run("delete", given);
    assert.equal(place.kept.length, 5);
  });

  it("apply switches on what Whop disabled after three days", async () => {
    await open("whop", fakeWhop(), files);
    place.kept.push({ id: "hook_1", url: urlOf("whop"), types: ["payment.succeeded"], secret: "s", on: false });
    const { said } = await place.run("apply", given);
    assert.match(said, /^! it gets no deliveries: Whop has it disabled: every delivery failed for three days$/m);
    assert.equal(ours("whop")?.on, true);
  });

  it("apply deletes the endpoint again where the answer holds no secret", async () => {
    await open("whop", fakeWhop(), files);
    place.kept.push({ id: "hook_new", url: "https://example.com", types: [], secret: "", on: true });
    const made = { id: "hook_new", url: urlOf("whop"), events: [], enabled: true, webhook_secret: null };
    place.faults.push({ status: 200, json: { data: [], page_info: {} } }, { status: 200, json: made });
    await assert.rejects(place.run("apply", given), /its answer holds no secret; it was deleted again$/);
    assert.deepEqual([place.kept, await place.secrets()], [[], []]);
  });
});
