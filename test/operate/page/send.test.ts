import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { OpenPage } from "./open-page.ts";
import { secrets, startReceivingRun } from "./receiving-run.ts";

describe("the page of sending", () => {
  let run: Awaited<ReturnType<typeof startReceivingRun>>;
  let open: OpenPage;

  before(async () => {
    run = await startReceivingRun();
    open = await run.open();
  });
  after(async () => {
    await open?.close();
    await run?.close();
  });

  /** Sends the form of an event with its fields filled in. */
  async function send(event: string, fields: Readonly<Record<string, string>>) {
    const { text } = await open.ask(`/send?event=${event}`);
    const type = event.slice(event.indexOf("/") + 1);
    return await open.ask.submit(text, "/send", { ...{ type, how: "as it is", times: "1", events: "1" }, ...fields });
  }
  /** The statuses and the outcomes in an answer, without the marks of HTML. */
  const told = (text: string) =>
    [...text.matchAll(/<td class="(?:ok|dead)">(\d+)<\/td>\s*<td>(?:<a [^>]*>)?([^<]*)/g)].map(([, ...one]) =>
      one.join(" "),
    );

  it("offers the sources with the types of their event files and of their samples, and shows no secret", async () => {
    const { status, text } = await open.ask("/send");
    assert.equal(status, 200);
    for (const event of ["github/push", "github/issues.opened", "stripe/invoice.paid"]) {
      assert.match(text, new RegExp(`<option value="${event}"`));
    }
    assert.match(text, /<option value="github\/push" selected>|<option value="github\/issues.opened" selected>/);
    for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret));
    assert.ok(!text.includes(">stale<"), "GitHub signs no timestamp");
    assert.match((await open.ask("/send?event=stripe/invoice.paid")).text, />stale</);
  });

  it("sends a sample under an id, repeats it, and links to the event", async () => {
    const { status, text } = await send("github/push", { id: "a b", times: "3" });
    assert.equal(status, 200);
    assert.deepEqual(told(text), ["200 accepted", "200 duplicate", "200 duplicate"]);
    assert.match(text, /<a href="\/events\?id=a\+b">a b<\/a>/);
    assert.match(text, /3 deliveries in/);
    for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret));
  });

  it("sends different events", async () => {
    const { text } = await send("github/push", { events: "2", times: "2" });
    assert.deepEqual(told(text), ["200 accepted", "200 duplicate", "200 accepted", "200 duplicate"]);
  });

  it("sends a body of one's own as it was written, with line breaks of Unix", async () => {
    const { text } = await send("github/push", { body: '{"mine": "<b>",\r\n"more": 1}' });
    assert.deepEqual(told(text), ["200 accepted"]);
    const [latest] = run.kept.list();
    const body = Buffer.from(run.kept.find(latest?.number ?? 0)?.body ?? "", "base64").toString();
    assert.equal(body, '{"mine": "<b>",\n"more": 1}');
    assert.match(text, /<textarea [^>]*>\s*\{&quot;mine&quot;: &quot;&lt;b&gt;&quot;/, "the form keeps it, as text");
    const { text: edited } = await open.ask("/send?event=github/push&edit=1");
    assert.match(edited, /<textarea [^>]*>\s*\{/, "the sample can be edited");
  });

  it("sends tampered and stale deliveries, which are refused, and links to the refusals", async () => {
    const tampered = await send("github/push", { how: "tampered" });
    assert.deepEqual(told(tampered.text), ["401 signature-wrong"]);
    assert.match(tampered.text, /<a href="\/refused">signature-wrong</);
    const stale = await send("stripe/invoice.paid", { how: "stale" });
    assert.deepEqual(told(stale.text), ["401 timestamp-outside-window"]);
  });

  it("repeats the latest delivery as it came, and signed anew", async () => {
    await send("stripe/invoice.paid", { how: "stale", id: "evt_late" });
    const { text } = await open.ask("/send");
    assert.match(text, /POST \/stripe: 401 timestamp-outside-window/);
    const again = await open.ask.submit(text, "/send/repeat");
    assert.deepEqual(told(again.text), ["401 timestamp-outside-window"]);
    const anew = await open.ask.submit(text, "/send/repeat", {}, 'value="anew"');
    assert.deepEqual(told(anew.text), ["200 accepted"]);
    const gone = await open.ask.submit(text, "/send/repeat", { number: "100000" });
    assert.equal(gone.status, 400);
    assert.match(gone.text, /has this delivery no more/);
  });

  it("refuses what cannot be sent, and says why", async () => {
    const came = run.kept.list().length;
    for (const [event, fields, why] of [
      ["github/push", { times: "11", events: "10" }, /times by events is at most 100, received 110/],
      ["github/push", { times: "many" }, /times takes a whole number from 1 on, received &quot;many&quot;/],
      ["github/push", { how: "twice" }, /how is one of as it is, tampered, stale, received &quot;twice&quot;/],
      ["github/push", { how: "stale" }, /GitHub signs no timestamp/],
      ["github/push", { source: "nobody" }, /Choose a source of the stage and a type/],
      ["github/push", { type: "" }, /Choose a source of the stage and a type/],
      ["github/push", { type: "nothing" }, /Cannot find a sample of github\/nothing/],
      ["github/push", { events: "2", id: "one" }, /an id is the id of one/],
      ["github/push", { events: "2", body: "{}" }, /a body of one(&#39;|')s own is one event/],
    ] as const) {
      const { status, text } = await send(event, fields);
      assert.equal(status, 400, JSON.stringify(fields));
      assert.match(text, why);
    }
    assert.equal(run.kept.list().length, came, "nothing was sent");
  });

  it("has no form on a read-only page, and takes none", async () => {
    const readOnly = await run.open("--read-only");
    try {
      const { status, text } = await readOnly.ask("/send");
      assert.equal(status, 200);
      assert.doesNotMatch(text, /method="post"/);
      assert.equal((await readOnly.ask.submit(text, "/send", { source: "github", type: "push" })).status, 403);
    } finally {
      await readOnly.close();
    }
  });
});
