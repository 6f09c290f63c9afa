import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startDeployedReceiver, verifying } from "../deployed-receiver.ts";
import { type OpenPage, openPage } from "./open-page.ts";

describe("the page of sending to a stage on AWS", () => {
  let stage: Awaited<ReturnType<typeof startDeployedReceiver>>;
  let open: OpenPage;

  before(async () => {
    stage = await startDeployedReceiver();
    open = await openPage(["dev"], stage.places);
  });
  after(async () => {
    await open?.close();
    await stage?.close();
  });
  beforeEach(() => {
    stage.paths();
    stage.read();
  });

  /** Sends the form of an event with its fields filled in. No secret stands in the answer. */
  async function send(event: string, fields: Readonly<Record<string, string>> = {}) {
    const { text } = await open.ask(`/send?event=${event}`);
    const type = event.slice(event.indexOf("/") + 1);
    const filled = { ...{ type, how: "as it is", times: "1", events: "1" }, ...fields };
    const answer = await open.ask.submit(text, "/send", filled);
    for (const secret of Object.values(verifying)) assert.ok(!answer.text.includes(secret));
    return answer;
  }
  /** The statuses and the outcomes in an answer, without the marks of HTML. */
  const told = ({ text }: { readonly text: string }) =>
    [...text.matchAll(/<td class="(?:ok|dead)">(\d+)<\/td>\s*<td>(?:<a [^>]*>)?([^<]*)/g)].map(([, ...one]) =>
      one.join(" "),
    );

  it("says which deployed stage it is and that event files run, and reads no secret before somebody sends", async () => {
    const { status, text } = await open.ask("/send");
    assert.equal(status, 200);
    assert.match(
      text,
      /role="note">This is a deployed stage\..*event files run for real\.\s*<br>Stage dev on AWS: stack/,
    );
    for (const event of ["github/push", "stripe/invoice.paid"]) assert.match(text, new RegExp(`value="${event}"`));
    assert.doesNotMatch(text, /\/send\/repeat/, "the local run alone keeps deliveries");
    assert.deepEqual(stage.read(), []);
  });

  it("signs with the stage's own secret, which it reads once, and posts to the stage's URL", async () => {
    const answer = await send("github/push", { id: "a b", times: "3" });
    assert.equal(answer.status, 200);
    assert.deepEqual(told(answer), ["200 accepted", "200 duplicate", "200 duplicate"]);
    assert.match(answer.text, /<a href="\/events\?id=a\+b">a b<\/a>/);
    assert.deepEqual(stage.paths(), ["/github", "/github", "/github"]);
    assert.deepEqual(stage.read(), ["hookline/dev/github"]);
    assert.deepEqual(told(await send("github/push", { body: '{"mine": 1}' })), ["200 accepted"]);
  });

  it("sends tampered and stale deliveries, and such by another secret, which are refused", async () => {
    assert.deepEqual(told(await send("github/push", { how: "tampered" })), ["401 signature-wrong"]);
    assert.deepEqual(told(await send("stripe/invoice.paid", { how: "stale" })), ["401 timestamp-outside-window"]);
    assert.deepEqual(told(await send("stripe/invoice.paid")), ["200 accepted"]);
    assert.deepEqual(told(await send("foreign/push")), ["401 signature-wrong"]);
  });

  it("refuses what cannot be signed, and says why", async () => {
    for (const [event, fields, why] of [
      [
        "unset/push",
        {},
        /hookline\/dev\/unset holds no secret that counts; (npm run|deno task) secret (-- )?dev unset adds/,
      ],
      ["malformed/push", {}, /hookline\/dev\/malformed holds no secret that counts/],
      ["paypal/PAYMENT.CAPTURE.COMPLETED", {}, /PayPal signs with a private key/],
      ["github/push", { source: "nobody" }, /Choose a source of the stage and a type/],
      ["github/push", { source: "constructor" }, /Choose a source of the stage and a type/],
    ] as const) {
      const { status, text } = await send(event, fields);
      assert.equal(status, 400, text);
      assert.match(text, why);
    }
    assert.deepEqual(stage.paths(), []);
  });

  it("has no form on a read-only page, and takes none", async () => {
    const readOnly = await openPage(["dev", "--read-only"], stage.places);
    try {
      const { text } = await readOnly.ask("/send");
      assert.match(text, /This page is read-only: it sends nothing/);
      assert.doesNotMatch(text, /method="post"/);
      assert.equal((await readOnly.ask.submit(text, "/send", { source: "github", type: "push" })).status, 403);
    } finally {
      await readOnly.close();
    }
    assert.deepEqual([stage.read(), stage.paths()], [[], []]);
  });

  it("has no form for a stage without allowSend, names the setting and the command, and takes no form", async () => {
    const closed = await startDeployedReceiver({});
    let page: OpenPage | undefined;
    try {
      page = await openPage(["dev"], closed.places);
      const { status, text } = await page.ask("/send");
      assert.equal(status, 200);
      assert.match(text, /deployed with <code>allowSend: true<\/code>\. This stage was not/);
      assert.match(text, /(?:npm run send --|deno task send) github\/&lt;type&gt; --url \S+\/github --secret-file/);
      assert.doesNotMatch(text, /<form/);
      // A form of another page has the token of the run.
      const { text: other } = await page.ask("/sources/github");
      const fields = { source: "github", type: "push", how: "as it is" };
      assert.equal((await page.ask.post("/send", other, fields)).status, 404);
    } finally {
      await page?.close();
      await closed.close();
    }
    assert.deepEqual(closed.paths(), []);
  });
});
