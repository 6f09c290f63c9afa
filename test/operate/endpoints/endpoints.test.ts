import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { endpoints } from "../../../operate/cli/endpoints.ts";
import { ProviderCallError } from "../../../operate/endpoints/provider-client.ts";
import { fakeAws } from "../stage-fixture.ts";
import { type EndpointsFixture, startFixture, tunnel } from "./endpoints-fixture.ts";
import { fakeHackmamba } from "./fake-apis.ts";
import type { FakeApi } from "./fake-provider.ts";

const url = `${tunnel}/hackmamba`;
const theirs = { id: "hm_theirs", url: "https://another.example.com/hackmamba", secret: "theirs", on: true };
let place: EndpointsFixture;
/** The secrets that were stored when the provider was asked to create an endpoint. */
let atCreation: readonly string[];

const ours = () => place.kept.find((one) => one.url === url);
const register = (types: string[], more: { id?: string; secret?: string } = {}) =>
  place.kept.push({ id: "hm_ours", url, secret: "s", on: true, types, ...more });

const anew = async () => {
  const api = fakeHackmamba();
  const answer: FakeApi["answer"] = async (request, kept) => {
    if (request.method === "POST") atCreation = await place.secrets();
    return (await api.answer(request, kept)) ?? { status: 404 };
  };
  place = await startFixture(
    "hackmamba",
    { ...api, answer },
    {
      "hackmamba/user.created": "",
      "hackmamba/payment.failed": "",
    },
  );
  place.kept.push({ ...theirs, types: ["user.deleted"] });
};
const closed = () => place.close();

describe("endpoints of Hackmamba", () => {
  beforeEach(anew);
  afterEach(closed);

  it("apply says what is missing, asks, and registers the routed types with a secret that is stored before", async () => {
    const { code, said } = await place.run("apply");
    assert.equal(code, 0);
    assert.match(said, /^\+ https:\/\/tunnel\.example\.com\/hackmamba {2}not registered at Hackmamba yet$/m);
    assert.match(said, /^\+ payment\.failed$/m);
    assert.match(said, /^Created hm_\d+ at Hackmamba\.$/m);
    assert.deepEqual(place.asked, ["Apply this at Hackmamba?"]);
    assert.deepEqual(ours()?.types, ["payment.failed", "user.created"]);
    assert.deepEqual(await place.secrets(), [ours()?.secret]);
    assert.deepEqual(atCreation, [ours()?.secret]);
    assert.ok(!said.includes(ours()?.secret ?? ""), "the secret is not told");
    assert.deepEqual(place.calls(), ["GET /v1/webhooks", "POST /v1/webhooks"]);
    assert.equal(place.requests[1]?.headers["content-type"], "application/json");
    const again = await place.run("apply");
    assert.deepEqual([again.code, again.said.split("\n").at(-1)], [0, "There is nothing to change."]);
    assert.deepEqual(place.calls().slice(2), ["GET /v1/webhooks"]);
  });

  it("apply keeps the older secrets for good, beside the new one", async () => {
    const SecretId = "hookline/dev/hackmamba";
    await place.client.send(new PutSecretValueCommand({ SecretId, SecretString: "older" }));
    await place.run("apply", ["--yes"]);
    assert.deepEqual(await place.stored(), [{ secret: ours()?.secret }, { secret: "older" }]);
    assert.deepEqual(place.asked, []);
  });

  it("apply changes nothing, here or there, where the answer is no", async () => {
    const { code, said } = await place.run("apply", [], { answer: false });
    assert.equal(code, 1);
    assert.match(said, /Nothing was changed/);
    assert.deepEqual([place.calls(), await place.secrets()], [["GET /v1/webhooks"], []]);
  });

  it("apply ticks what has a file, unticks what has none, and touches no other endpoint", async () => {
    register(["user.created", "user.deleted"]);
    const { said } = await place.run("apply");
    assert.match(said, /^\+ payment\.failed {2}has a file, and the endpoint does not tick it$/m);
    assert.match(said, /^- user\.deleted {2}ticked, without a file$/m);
    assert.deepEqual(ours()?.types, ["payment.failed", "user.created"]);
    assert.deepEqual(place.kept[0], { ...theirs, types: ["user.deleted"] });
    assert.deepEqual(place.calls(), ["GET /v1/webhooks", "PUT /v1/webhooks/hm_ours"]);
    assert.deepEqual(JSON.parse(place.requests[1]?.body ?? ""), { events: ["payment.failed", "user.created"] });
  });

  it("diff tells the difference and the missing secret, exits with 1, and changes nothing", async () => {
    register(["user.created"]);
    const { code, said } = await place.run("diff");
    assert.equal(code, 1);
    assert.match(said, /^! no secret is stored: npm run secret -- hackmamba, or delete the endpoint and apply$/m);
    assert.deepEqual(place.calls(), ["GET /v1/webhooks"]);
    place.kept[1]?.types.push("payment.failed");
    assert.equal((await place.run("diff")).code, 0);
  });

  it("list marks ours among all, recognised by its URL however it is spelt", async () => {
    register(["user.created"]);
    const [, mine] = place.kept;
    if (mine !== undefined) mine.url = "HTTPS://TUNNEL.example.com:443/hackmamba";
    const { said } = await place.run("list");
    assert.match(
      said,
      /^ {2}hm_theirs {2}https:\/\/another\.example\.com\/hackmamba {2}user\.deleted\n\* hm_ours {2}.+$/,
    );
  });

  it("test has a delivery sent to ours, delete removes ours alone, and its secret stays", async () => {
    await place.run("apply", ["--yes"]);
    const { id = "", secret = "" } = ours() ?? {};
    const { said } = await place.run("test");
    assert.match(said, /^Hackmamba sends a test delivery to https:/);
    assert.equal(place.calls().at(-1), `POST /v1/webhooks/${id}/test`);
    const removed = await place.run("delete");
    assert.deepEqual([removed.code, place.asked], [0, ["Delete this at Hackmamba?"]]);
    assert.deepEqual(
      place.kept.map((one) => one.id),
      ["hm_theirs"],
    );
    assert.deepEqual(await place.secrets(), [secret]);
    await assert.rejects(place.run("delete"), /Cannot find the endpoint https:.+ at Hackmamba: create it with apply/);
    await assert.rejects(place.run("test"), /create it with apply/);
  });

  it("delete is done where its answer was lost and a repeated call finds nothing", async () => {
    register(["user.created"]);
    place.faults.push({ status: 200, json: [{ id: "hm_ours", url, events: [] }] }, { status: 500, done: true });
    assert.equal((await place.run("delete")).code, 0);
    assert.deepEqual([ours(), place.pauses], [undefined, [1000]]);
  });

  it("delete works where the source has no event file any more, and apply says what is missing", async () => {
    register(["user.created"]);
    place.removeEvents();
    await assert.rejects(place.run("apply"), /no event file of the source is routed; write lambdas\/events/);
    assert.equal((await place.run("delete")).code, 0);
    assert.equal(ours(), undefined);
  });

  it("apply refuses to choose between two endpoints of one URL", async () => {
    register(["user.created"]);
    register(["user.created"], { id: "hm_second" });
    await assert.rejects(place.run("apply"), /hm_ours, hm_second have the URL .+; keep one, at the provider/);
    assert.deepEqual(place.calls(), ["GET /v1/webhooks"]);
    assert.match((await place.run("list")).said, /^\* hm_ours .+\n\* hm_second /m);
  });

  it("apply forgets its secret where the provider refuses the endpoint, and keeps it where it may have it", async () => {
    place.faults.push({ status: 200, json: [] }, { status: 422, json: { message: "no such event" } });
    await assert.rejects(place.run("apply"), /it answered 422: it does not take the URL or an event type/);
    assert.deepEqual(await place.secrets(), []);
    place.faults.push({ status: 200, json: [] }, { status: 500, done: true });
    await assert.rejects(place.run("apply"), /it answered 500, so it may be done: look with list/);
    assert.deepEqual(await place.secrets(), [ours()?.secret]);
    assert.deepEqual(place.pauses, [], "a POST that may be done is not repeated");
  });

  it("apply creates nothing where no further secret fits", async () => {
    const full = JSON.stringify(Array.from({ length: 16 }, (_, index) => ({ secret: `secret ${index}` })));
    const SecretId = "hookline/dev/hackmamba";
    await place.client.send(new PutSecretValueCommand({ SecretId, SecretString: full }));
    await assert.rejects(place.run("apply"), /hookline\/dev\/hackmamba holds 16 secrets, as many as a source takes/);
    assert.deepEqual(place.calls(), ["GET /v1/webhooks"]);
  });
});

describe("the provider's failures", () => {
  beforeEach(anew);
  afterEach(closed);

  const now = new Date("2026-01-05T10:00:00Z");
  const fails = (message: RegExp, action = "list") =>
    assert.rejects(place.run(action, [], { now }), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("private"), "no key is repeated");
      return error instanceof ProviderCallError;
    });

  it("are told by their status, with the remedy: 401, 403, 404, 3xx, no JSON", async () => {
    writeFileSync(place.keyFile, "wrong-private");
    await fails(/^Cannot list the endpoints at Hackmamba: it answered 401: the API key is wrong or has expired$/);
    place.faults.push({ status: 403 }, { status: 404 }, { status: 307, headers: { location: place.url } });
    await fails(/403: the API key must be allowed to manage webhooks$/);
    await fails(/404: it is not there, or the API key may not see it$/);
    await fails(/307: give its new address with --api or --owner$/);
    place.faults.push({ status: 200, text: "<html>" });
    await fails(/it answered 200, and not JSON; see that --api is its API$/);
    assert.equal(place.requests.length, 5, "nothing of this is repeated, and no redirect is followed");
  });

  it("are waited out where it limits calls, for as long as it asks: Retry-After in seconds and as a date", async () => {
    place.faults.push(
      { status: 429, headers: { "retry-after": "7" } },
      { status: 429, headers: { "retry-after": "Mon, 05 Jan 2026 10:00:20 GMT" } },
      { status: 429 },
    );
    assert.equal((await place.run("list", [], { now })).code, 0);
    assert.deepEqual(place.pauses, [7000, 20_000, 4000]);
    place.faults.push({ status: 429, headers: { "retry-after": "3600" } });
    await fails(/it limits calls \(429\); run this in 3600 s$/);
    assert.equal(place.pauses.length, 3, "it does not sleep for an hour");
  });

  it("are waited out where a creation is limited: it was certainly not done", async () => {
    place.faults.push({ status: 200, json: [] }, { status: 429, headers: { "retry-after": "1" } });
    assert.equal((await place.run("apply", ["--yes"])).code, 0);
    assert.equal((await place.secrets()).length, 1);
  });

  it("are repeated with growing pauses, four times in all: 500, and no answer in time", async () => {
    place.faults.push({ status: 500 }, { status: 503 });
    assert.equal((await place.run("list")).code, 0);
    assert.deepEqual(place.pauses.splice(0), [1000, 2000]);
    place.faults.push({ status: 500 }, { status: 500 }, { status: 500 }, { status: 502 });
    await fails(/it answered 502; run this later$/);
    assert.deepEqual(place.pauses.splice(0), [1000, 2000, 4000]);
    place.faults.push("silence", "silence", "silence", "silence");
    await assert.rejects(place.run("list", ["--within", "0.05"]), /no answer came in time; run this later$/);
    assert.deepEqual(place.pauses, [1000, 2000, 4000]);
  });

  it("are told where an answer is not as documented", async () => {
    place.faults.push({ status: 200, json: { data: {} } }, { status: 200, json: [{ url }] });
    await assert.rejects(place.run("list"), /Cannot read the provider's answer: expected a list, received type object/);
    await assert.rejects(
      place.run("list"),
      /expected an endpoint with an id of visible ASCII, or a whole number, received none/,
    );
  });
});

describe("the arguments of endpoints", () => {
  beforeEach(anew);
  afterEach(closed);

  it("need a stage, a source with an API, an action and no more, and repeat no key", async () => {
    const failing = (args: readonly string[], message: RegExp) =>
      assert.rejects(
        endpoints(args, () => {}, { folder: place.folder }),
        (error: Error) => message.test(error.message) && !error.message.includes("private"),
        String(message),
      );
    const here = ["--local", "--url", tunnel];
    await failing(["dev", "hackmamba"], /expected list, diff, apply, test, delete, received another word/);
    await failing(["dev", "hackmamba", "list", "private"], /received 4 arguments/);
    await failing(["dev", "hackmamba", "toString"], /expected list, diff, apply, test, delete, received another word/);
    await failing(["stage", "hackmamba", "list"], /infra\/config\.ts has dev, prod$/);
    await failing(["dev", "toString", "list", ...here], /Cannot find source "toString": there is hackmamba/);
    await failing(["dev", "shopify", "list", ...here], /no API of Shopify is known here, only of github, hackmamba, /);
    await failing(["dev", "github", "list", ...here, "--key-file", place.keyFile], /give --owner, OWNER\/REPO/);
    await failing(["dev", "hackmamba", "test", ...here, "--remove-at-end"], /--remove-at-end belongs to apply/);
    await failing(["dev", "hackmamba", "list", "--local"], /give that of a tunnel to it with --url/);
    await failing(
      ["prod", "hackmamba", "list", ...here],
      /Cannot find stage "prod" on this machine: the local run is of dev/,
    );
    for (const wrong of ["http://example.com", "ftp://127.0.0.1", "example.com"]) {
      await failing(["dev", "hackmamba", "list", "--local", "--url", wrong], /--url takes an address with https:/);
      await failing(["dev", "hackmamba", "list", ...here, "--key-file", place.keyFile, "--api", wrong], /--api takes/);
    }
    await failing(["dev", "hackmamba", "apply", ...here, "--key-file", "-"], /give --yes, or a file/);
    await failing(["dev", "hackmamba", "list", ...here], /or create the secret hookline-api\/dev\/hackmamba$/);
    for (const seconds of ["0", "121", "x"]) {
      const args = [...here, "--key-file", place.keyFile, "--within", seconds];
      await failing(["dev", "hackmamba", "list", ...args], /--within takes seconds from above 0 to 120/);
    }
    for (const none of ["", "changeme", "private\nprivate", "privaté"]) {
      writeFileSync(place.keyFile, none);
      await failing(
        ["dev", "hackmamba", "list", ...here, "--key-file", place.keyFile],
        /expected one line of visible ASCII/,
      );
    }
  });

  it("need no URL where the stage is deployed: it is its FunctionUrl", async () => {
    const lines: string[] = [];
    const args = ["dev", "hackmamba", "diff", "--api", place.url, "--key-file", place.keyFile];
    const outputs = { FunctionUrl: "https://abc.lambda-url.eu-west-1.on.aws/" };
    const sources = { hackmamba: "hackmamba" };
    const stack = { stage: "dev", sources, events: place.deployed, outputs };
    const awsClients = fakeAws(stack, { secretsmanager: place.client });
    await endpoints(args, (line) => lines.push(line), { awsClients });
    assert.match(lines.shift() ?? "", /^Stage dev on AWS: stack Hookline-dev in /);
    assert.match(lines.join("\n"), /^\+ https:\/\/abc\.lambda-url\.eu-west-1\.on\.aws\/hackmamba {2}not registered/);
  });

  it("print a list as JSON lines with the documented fields", async () => {
    const given = ["--local", "--url", tunnel, "--api", place.url, "--key-file", place.keyFile, "--json"];
    const lines: string[] = [];
    await endpoints(["hackmamba", "list", ...given], (line) => lines.push(line), { folder: place.folder });
    const listed = lines.map((line) => JSON.parse(line));
    assert.ok(listed.length > 0);
    const page = readFileSync(new URL("../../../docs/formats.md", import.meta.url), "utf8");
    const row = /^\| `endpoints list` \|.*$/m.exec(page)?.[0] ?? "";
    for (const name of listed.flatMap(Object.keys)) assert.ok(row.includes(`\`${name}\``), name);
    await assert.rejects(
      endpoints(["hackmamba", "diff", ...given], () => {}, { folder: place.folder }),
      /--json belongs to list, received diff/,
    );
  });

  it("need no key where one is stored", async () => {
    const secret = { Name: "hookline-api/dev/hackmamba", SecretString: "hm_live_private" };
    await place.client.send(new CreateSecretCommand(secret));
    const lines: string[] = [];
    const args = ["dev", "hackmamba", "list", "--local", "--url", tunnel, "--api", place.url];
    await endpoints(args, (line) => lines.push(line), { folder: place.folder });
    assert.match(lines.join("\n"), /hm_theirs/);
  });
});
