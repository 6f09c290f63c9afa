import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { type EndpointsFixture, startFixture, tunnel } from "./endpoints-fixture.ts";
import { fakeGithub, fakeHackmamba, fakeStripe } from "./fake-apis.ts";
import type { FakeApi } from "./fake-provider.ts";

const url = `${tunnel}/hackmamba`;
const none = { status: 200, json: [] } as const;
let place: EndpointsFixture;
/** Done at the provider before it creates an endpoint. */
let meanwhile: () => Promise<unknown>;

describe("the answers of a provider that is hostile or odd", () => {
  beforeEach(async () => {
    meanwhile = async () => {};
    const api = fakeHackmamba();
    const answer: FakeApi["answer"] = async (request, kept) => {
      if (request.method === "POST") await meanwhile();
      return (await api.answer(request, kept)) ?? { status: 404 };
    };
    place = await startFixture("hackmamba", { ...api, answer }, { "hackmamba/user.created": "" });
  });
  afterEach(() => place.close());

  for (const id of ['".."', '"."', '"a\\nb"', '"\\ud800"', "12345678901234567890", "1.5"]) {
    it(`no call is made for an endpoint whose id ${id} would name something else`, async () => {
      place.faults.push({ status: 200, text: `[{"id":${id},"url":"${url}","events":[]}]` });
      await assert.rejects(place.run("delete", ["--yes"]), /expected an endpoint with an id of visible ASCII/);
      assert.deepEqual(place.calls(), ["GET /v1/webhooks"]);
    });
  }

  it("the secret that we made is the only one stored, where the answer shows another text, such as asterisks", async () => {
    place.faults.push(none, { status: 201, json: { id: "hm_1", secret: "********" } });
    await place.run("apply", ["--yes"]);
    const { secret } = JSON.parse(place.requests[1]?.body ?? "");
    assert.deepEqual(await place.secrets(), [secret]);
  });

  it("a secret is stored again that another apply has overwritten meanwhile", async () => {
    meanwhile = () =>
      place.client.send(new PutSecretValueCommand({ SecretId: "hookline/dev/hackmamba", SecretString: "theirs" }));
    await place.run("apply", ["--yes"]);
    assert.deepEqual(await place.secrets(), [place.kept[0]?.secret, "theirs"]);
  });

  it("an answer without end is left after 16 MiB, and told", async () => {
    place.faults.push({ status: 200, text: " ".repeat(17 * 1_048_576) });
    await assert.rejects(place.run("list"), /Cannot list the endpoints at Hackmamba: its answer has more than 16 MiB/);
    assert.equal(place.requests.length, 1);
  });

  it("a change, a test and a deletion are done whatever text the answer holds", async () => {
    const kept = { status: 200, text: `[{"id":"hm_1","url":"${url}","events":[]}]` };
    for (const action of ["apply", "test", "delete"]) {
      place.faults.push(kept, { status: 200, text: "OK" });
      assert.equal((await place.run(action, ["--yes"])).code, 0);
    }
  });

  it("an endpoint whose URL ends with a slash is ours: its deliveries come to the same source", async () => {
    place.kept.push({ id: "hm_1", url: `${url}/`, types: ["user.created"], secret: "s", on: true });
    assert.equal((await place.run("diff")).code, 0);
  });

  it("a pause that is no time is not taken: the usual one is waited", async () => {
    for (const wrong of ["-5", "1.5", "NaN"]) place.faults.push({ status: 429, headers: { "retry-after": wrong } });
    assert.equal((await place.run("list")).code, 0);
    assert.deepEqual(place.pauses, [1000, 2000, 4000]);
  });

  it("apply warns before it creates one beside another address of the same source", async () => {
    place.kept.push({ id: "hm_old", url: "https://old.example.com/hackmamba/", types: [], secret: "s", on: true });
    place.kept.push({ id: "hm_other", url: "https://old.example.com/x-hackmamba", types: [], secret: "s", on: true });
    const { said } = await place.run("diff");
    assert.match(said, /^! hm_old {2}https:\/\/old\.example\.com\/hackmamba\/ {2}may be this source, too: .+ --url$/m);
    assert.ok(!said.includes("hm_other"));
    await place.run("apply", ["--yes"]);
    assert.ok(!(await place.run("diff")).said.includes("hm_old"), "no word of it once ours is there");
  });

  it("Stripe's refusal of a repeated creation does not hide that the first may be done", async () => {
    await place.close();
    place = await startFixture("stripe", fakeStripe(), { "stripe/invoice.paid": "" });
    place.faults.push({ status: 200, json: { data: [] } }, { status: 500, done: true }, { status: 409 });
    await assert.rejects(place.run("apply", ["--yes"]), /delete it where it is there: its secret was shown once$/);
  });

  it("Stripe's answer to a creation that cannot be read does not hide that it may be done", async () => {
    await place.close();
    place = await startFixture("stripe", fakeStripe(), { "stripe/invoice.paid": "" });
    place.faults.push({ status: 200, json: { data: [] } }, { status: 200, json: [] });
    await assert.rejects(place.run("apply", ["--yes"]), /delete it where it is there: its secret was shown once$/);
  });

  for (const secret of ["********", " ", "whsec_...", "whsec_•••"]) {
    it(`a secret of Stripe's that is no secret, as "${secret}", is not stored`, async () => {
      await place.close();
      place = await startFixture("stripe", fakeStripe(), { "stripe/invoice.paid": "" });
      place.faults.push({ status: 200, json: { data: [] } }, { status: 200, json: { id: "we_1", secret } });
      await assert.rejects(place.run("apply", ["--yes"]), /its answer holds no secret/);
      assert.deepEqual(await place.secrets(), []);
    });
  }

  it("GitHub is asked about no owner that leaves the path of its hooks", async () => {
    await place.close();
    place = await startFixture("github", fakeGithub(), { "github/push": "" });
    for (const owner of ["..", "octo/..", "./shop", "octo/shop/hooks", "octo/", "", "octo shop"]) {
      await assert.rejects(place.run("list", ["--owner", owner]), /give --owner, OWNER\/REPO, or an organisation$/);
    }
    assert.deepEqual(place.calls(), []);
  });

  for (const option of ["--api", "--url"]) {
    it(`${option} takes no address that has a password, a query or a fragment, and repeats none`, async () => {
      for (const address of [
        "https://me:private@example.com",
        "https://example.com/?private",
        "https://example.com#private",
      ]) {
        await assert.rejects(
          place.run("list", [option, address]),
          (error: Error) =>
            /takes an address with https:\/\//.test(error.message) && !error.message.includes("private"),
        );
      }
    });
  }

  it("an action that may be a key is not repeated", async () => {
    await assert.rejects(place.run("private"), (error: Error) => !error.message.includes("private"));
  });
});
