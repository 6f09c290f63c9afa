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

describe("the answers of a provider that is hostile or odd", () => {
  it("an endpoint whose URL ends with a slash is ours: its deliveries come to the same source", async () => {
    place.kept.push({ id: "hm_1", url: `${url}/`, types: ["user.created"], secret: "s", on: true });
    assert.equal((await place.run("diff")).code, 0);
  });

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
