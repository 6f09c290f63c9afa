import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { github, stripe } from "../../../lambdas/providers/mod.ts";
import { postEvents } from "../../../operate/send/post.ts";
import { sampleDelivery } from "../../../operate/send/sample-delivery.ts";
import type { OpenPage } from "./open-page.ts";
import { secrets, startReceivingRun } from "./receiving-run.ts";

const markup = "<script>alert(1)</script>";

describe("the page of refused deliveries", () => {
  let run: Awaited<ReturnType<typeof startReceivingRun>>;
  let open: OpenPage;

  /** Sends one delivery to GitHub's source, tampered with unless it is otherwise given. */
  async function send(given: { readonly tamper?: boolean; readonly secret?: string } = {}) {
    const { tamper = true, secret = secrets.github } = given;
    const sending = { provider: github, url: `${run.functionUrl}/github?token=of-a-query`, type: "push", secret };
    const delivery = await sampleDelivery("sent", { ...sending, stale: false, tamper });
    await postEvents(async () => ({ delivery, id: "" }), { times: 1, events: 1 });
  }
  /** The number of the delivery that came last. */
  const latest = () => run.kept.list()[0]?.number ?? 0;

  before(async () => {
    run = await startReceivingRun();
    open = await run.open();
  });
  after(async () => {
    await open?.close();
    await run?.close();
  });

  it("says so where none was refused", async () => {
    await send({ tamper: false });
    assert.match((await open.ask("/refused")).text, /No delivery was refused/);
  });

  it("counts them by source and reason, newest first, and has the numbers of its bars in a table", async () => {
    await send();
    await send();
    await fetch(`${run.functionUrl}/stripe`, { method: "POST", body: "{}" });
    await fetch(`${run.functionUrl}/${encodeURIComponent(markup)}`, { method: "POST", body: "{}" });
    const { status, text } = await open.ask("/refused");
    assert.equal(status, 200);
    assert.match(text, /<td>github<\/td><td><a [^>]*>signature-wrong<\/a><\/td><td>2<\/td>/);
    assert.match(text, /<td>stripe<\/td><td><a [^>]*>signature-missing<\/a><\/td><td>1<\/td>/);
    assert.match(text, /<td>no source<\/td>/);
    const numbers = [...text.matchAll(/<a href="\/refused\/(\d+)">/g)].map(([, number]) => Number(number));
    assert.deepEqual(numbers, [latest(), latest() - 1, latest() - 2, latest() - 3], "those that were refused");
    const table = /<details>[\s\S]*<\/details>/.exec(text)?.[0] ?? "";
    const counts = [...table.matchAll(/<\/time><\/td><td>(\d+)<\/td>/g)].map(([, count]) => Number(count));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      4,
    );
    assert.doesNotMatch(text, /<script>alert/);
    const some = await open.ask("/refused?source=github&reason=signature-wrong");
    assert.deepEqual([...some.text.matchAll(/<a href="\/refused\/\d+">/g)].length, 2);
  });

  it("explains one by the secrets of the run, and shows none", async () => {
    await send({ secret: secrets.stripe, tamper: false });
    const { status, text } = await open.ask(`/refused/${latest()}`);
    assert.equal(status, 200);
    assert.match(text, /<h1>401 signature-wrong<\/h1>/);
    assert.match(text, /The signature is right for the secret of source stripe/);
    assert.ok(!text.includes(secrets.stripe) && !text.includes(secrets.github));
  });

  it("has the request with its values masked until they are asked for", async () => {
    await send();
    const masked = await open.ask(`/refused/${latest()}`);
    assert.match(masked.text, /POST \/github\?&lt;text of 16&gt;/);
    assert.match(masked.text, /x-hub-signature-256: &lt;text of 71&gt;/);
    assert.match(masked.text, /content-type: application\/json/);
    assert.doesNotMatch(masked.text, /of-a-query|sha256=/);
    const shown = await open.ask(`/refused/${latest()}?show=1`);
    assert.match(shown.text, /POST \/github\?token=of-a-query/);
    assert.match(shown.text, /x-hub-signature-256: sha256=/);
    const body = await open.ask(`/refused/${latest()}/body`);
    assert.equal(body.headers["content-type"], "text/plain; charset=utf-8");
    assert.ok(body.text.length > 100);
  });

  it("repeats one as it came", async () => {
    await send();
    const number = latest();
    const { text } = await open.ask(`/refused/${number}`);
    const again = await open.ask.submit(text, "/send/repeat");
    assert.match(again.text, /signature-wrong/);
    assert.equal(latest(), number + 1);
  });

  it("follows what comes", async () => {
    await open.ask.follow("/refused/live?source=stripe", /timestamp-outside-window/, async () => {
      const sending = {
        provider: stripe,
        url: `${run.functionUrl}/stripe`,
        type: "invoice.paid",
        secret: secrets.stripe,
      };
      const delivery = await sampleDelivery("late", { ...sending, stale: true, tamper: false });
      await postEvents(async () => ({ delivery, id: "" }), { times: 1, events: 1 });
    });
  });

  it("has pages of less than 100 KB, and a link to the older ones by which none is left out", async () => {
    const path = `/${'"'.repeat(300)}`;
    const { functionUrl } = run;
    const sent = Array.from(
      { length: 210 },
      async () => await fetch(functionUrl + path, { method: "POST", body: "{}" }),
    );
    await Promise.all(sent);
    const seen: string[] = [];
    let next: string | undefined = "/refused";
    for (; next !== undefined; ) {
      const { text }: { readonly text: string } = await open.ask(next);
      assert.ok(text.length < 100_000, String(text.length));
      seen.push(...[...text.matchAll(/<a href="\/refused\/(\d+)">/g)].map(([, number = ""]) => number));
      next = /rel="next" href="([^"]*)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    const refused = run.kept.list().filter(({ status }) => status > 299);
    assert.deepEqual(
      seen.map(Number),
      refused.map(({ number }) => number),
    );
  });

  it("says that a delivery is not there", async () => {
    for (const number of ["100000", "-1", "1.5", "x"]) {
      assert.equal((await open.ask(`/refused/${number}`)).status, 404, number);
    }
    assert.equal((await open.ask("/refused/100000/body")).status, 404);
  });
});
