import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { createKeptDeliveries, serveKeptDeliveries } from "../../../local/entrances/kept-deliveries.ts";
import { readLocalRun, writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { page } from "../../../operate/cli/page.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, localRun, verifierAlone } from "../stage-fixture.ts";
import type { Answer, Ask } from "./browse.ts";
import { type OpenPage, openPage } from "./open-page.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-page-"));
const minute = 60_000;
const now = Date.now();
/** Markup in each field that a provider can fill. */
const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

describe("the page", () => {
  let archive: Awaited<ReturnType<typeof startArchive>>;
  let mappings: Awaited<ReturnType<typeof openMappings>>;
  let deliveries: Awaited<ReturnType<typeof serveKeptDeliveries>>;
  let open: OpenPage;
  let address: URL;
  let ask: Ask;

  async function record(pk: string, fields: Record<string, AttributeValue>): Promise<void> {
    const ex = { N: String(Math.floor(now / 1000) + 3600) };
    await archive.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ex, ...fields } }));
  }

  before(async () => {
    archive = await startArchive();
    const { accessKeyId, endpoints } = archive.standIns;
    mappings = await openMappings([], accessKeyId, verifierAlone([deployed("github/push")]));
    deliveries = await serveKeptDeliveries(createKeptDeliveries());
    const sqs = new SQSClient(clientFor(endpoints.sqs, accessKeyId));
    for (const QueueName of ["hookline-dev-github-push", "hookline-dlq-dev-github-push"]) {
      await sqs.send(new CreateQueueCommand({ QueueName }));
    }
    sqs.destroy();
    writeLocalRun(
      localRun({
        ...{ accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket },
        deliveries: deliveries.url,
        sources: { github: { provider: "github", url: "http://127.0.0.1:1", secret: "s", queues: {} } },
        events: [deployed("github/push")],
      }),
      folder,
    );
    await archive.write([
      pushed("done", now - minute),
      pushed("dead", now - 2 * minute, { tenant: "acme" }),
      pushed("queued", now - 3 * minute),
      pushed(markup, now - 4 * minute, { type: markup, tenant: markup, queues: [] }),
      ...Array.from({ length: 130 }, (_, index) => {
        // Two of each millisecond, the last row of a page and the first of the next one among them.
        return pushed(`many-${index}`, now - 300 * minute - Math.floor((index + 1) / 2), { type: "many", queues: [] });
      }),
    ]);
    await record("ev#github/push#github#v1#id=done", { st: { S: "done" }, n: { N: "1" } });
    const reason = {
      le: { S: `Error: no route ${markup}\nat push (push.ts:7:9)` },
      nx: { N: "0" },
      st: { S: "failed" },
      n: { N: "14" },
    };
    await record("ev#github/push#github#v1#id=dead", reason);
    open = await openPage([], { folder });
    ({ address, ask } = open);
  });
  after(async () => {
    await open?.close();
    await mappings?.close();
    await deliveries?.close();
    await archive?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists events with their states, newest first, and by the filter in its address", async () => {
    const { status, text } = await ask("/events");
    assert.equal(status, 200);
    const ids = (html: string) => [...html.matchAll(/<td class="id"[^>]*><a [^>]*>([^<]*)</g)].map(([, id]) => id);
    assert.deepEqual(ids(text).slice(0, 3), ["done", "dead", "queued"]);
    assert.match(text, /<td class="dead">dead<\/td>\s*<td title="github\/push">github\/push<\/td>/);
    assert.match(text, /<td>1 of 1<\/td>/);
    assert.match(text, /Error: no route/);
    assert.deepEqual(ids((await ask("/events?state=dead")).text), ["dead"]);
    assert.deepEqual(ids((await ask("/events?tenant=acme&source=&since=1h")).text), ["dead"]);
    assert.match((await ask("/events?source=stripe")).text, /No such event/);
    const refused = await ask("/events?since=yesterday");
    assert.equal(refused.status, 400);
    assert.match(refused.text, /since takes one in ISO 8601 .*, received &quot;yesterday&quot;/);
    assert.match((await ask("/events?state=asleep")).text, /state is one of dead, .*, received &quot;asleep&quot;/);
  });

  it("finds the events of a trace in the field of ids, and replays these alone", async () => {
    const trace = "1-5759e988-bd862e3fe1be46a994272793";
    await archive.write([pushed("traced", now - 9 * minute, { tenant: "traced" })], undefined, `Root=${trace}`);
    const { text } = await ask(`/events?id=${trace}`);
    assert.equal(text.match(/<td class="id"/g)?.length, 1);
    assert.match(text, />traced<\/a>/);
    const begun = await ask(`/replay/plan?to=github/push&mode=missing&tests=no&id=${trace}`);
    assert.match(await ask.follow(`${begun.headers.location}/live`, /class="(done|failed)"/), /1 to send/);
  });

  it("has a link to the older events, by which none is left out and none comes twice", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/events?type=many";
    let pages = 0;
    for (; path !== undefined; pages += 1) {
      const { text }: Answer = await ask(path);
      seen.push(...[...text.matchAll(/>(many-\d+)</g)].map(([, id = ""]) => id));
      assert.ok(text.length < 100_000, "a page has less than 100 KB");
      path = /rel="next" href="([^"]*)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    assert.equal(pages, 2);
    assert.equal(seen.length, 130);
    assert.equal(new Set(seen).size, 130);
  });

  it("shows an event, its values masked until they are asked for", async () => {
    const { text: list } = await ask("/events?id=dead");
    const link = /<a href="(\/event\?[^"]*)"/.exec(list)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const masked = await ask(link);
    assert.equal(masked.status, 200);
    assert.match(masked.text, /14 attempts/);
    assert.match(masked.text, /no route.*<pre>at push \(push\.ts:7:9\)<\/pre>/s);
    assert.match(masked.text, /<span class="key">secret<\/span> <span class="string">&lt;text of 14&gt;</);
    assert.doesNotMatch(masked.text, /secret of dead/);
    assert.match((await ask(`${link}&show=1`)).text, /secret of dead/);
    assert.equal((await ask(`/event?source=github&id=nobody&received=${new Date(now).toISOString()}`)).status, 404);
    assert.equal((await ask("/event")).status, 400);
    assert.match(masked.text, /<a href="\/dead\/drop\?processor=github%2Fpush&amp;id=dead">Drop…<\/a>/);
    const test = link.replace("/event?", "/event/test?");
    assert.match(
      masked.text,
      new RegExp(`data-copy="${test.replaceAll("&", "&amp;").replaceAll(/[?.]/g, "\\$&")}" hidden`),
    );
    assert.match((await ask(test)).text, /^import processor from ".\/push.ts";$/m);
    const ignored = `/event/test?source=github&id=many-0&received=${new Date(now - 300 * minute).toISOString()}`;
    assert.equal((await ask(ignored)).status, 404);
  });

  it("draws an event's path with each failed attempt, tells the next one, and says what is not kept", async () => {
    await archive.write([pushed("retried", now - 6 * minute, { tenant: "retried" })]);
    const failed = (minutes: number) => ({
      M: { t: { N: String(now - minutes * minute) }, r: { S: `Error: busy ${minutes}` } },
    });
    await record("ev#github/push#github#v1#id=retried", {
      ...{ st: { S: "failed" }, n: { N: "2" }, nx: { N: String(now + 30 * minute) }, le: { S: "Error: busy 3" } },
      as: { L: [failed(5), failed(3)] },
    });
    const { text: list } = await ask("/events?id=retried");
    assert.match(list, /<td class="waiting">waiting<\/td>/);
    assert.match(list, /<td><time [^>]*>in \d\d min<\/time><\/td>\s*<td class="error" title="Error: busy 3">/);
    const link = /<a href="(\/event\?[^"]*)"/.exec(list)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const { text } = await ask(link);
    const [picture = ""] = /<svg class="path"[\s\S]*?<\/svg>/.exec(text) ?? [];
    assert.match(picture, /verify → dedupe → enqueue/);
    assert.match(picture, /<rect [^>]*class="bar waiting">/);
    assert.equal(picture.match(/<title>failed at \d{4}-/g)?.length, 2);
    assert.match(text, /2 attempts, next attempt <time [^>]*>in \d\d min<\/time>/);
    assert.match(text, /<ol><li>[^\n]*busy 5<\/code><\/li><li>[^\n]*busy 3<\/code><\/li><\/ol>/);
    assert.match(text, /<dt>headers<\/dt><dd>not kept<\/dd>/);
    const ignored = await ask("/events?type=many");
    const other = /<a href="(\/event\?[^"]*)"/.exec(ignored.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    assert.match((await ask(other)).text, /verify → dedupe → ignored/);
  });

  // Deno's tests may open no other address than 127.0.0.1.
  it("listens on 127.0.0.1 alone", { skip: "Deno" in globalThis || process.platform !== "linux" }, async () => {
    const beside = createServer().listen(Number(address.port), "127.0.0.2");
    // A server of every address would have taken this one.
    await once(beside, "listening");
    await new Promise((resolve) => beside.close(resolve));
  });

  it("keeps markup text in every field that a provider can fill", async () => {
    const all = [
      await ask("/events"),
      await ask("/events?state=dead"),
      await ask(`/events?id=${encodeURIComponent(markup)}`),
    ];
    const link = /<a href="(\/event\?[^"]*)"/.exec(all[2]?.text ?? "")?.[1]?.replaceAll("&amp;", "&") ?? "";
    assert.notEqual(link, "");
    all.push(await ask(link), await ask(`${link}&show=1`), await ask(`/${encodeURIComponent(markup)}`));
    for (const { text } of all) assert.doesNotMatch(text, /<img|<script>|onerror=alert\(1\)>/);
    assert.match(all[3]?.text ?? "", /&lt;script&gt;/);
  });

  it("answers nobody without the cookie, under another name, or from another page", async () => {
    assert.equal((await ask("/", { headers: { cookie: "" } })).status, 403);
    assert.equal((await ask("/", { headers: { cookie: "hookline-page=wrong" } })).status, 403);
    assert.equal((await ask("/?token=wrong", { headers: { cookie: "" } })).status, 403);
    for (const host of [
      `127.0.0.1:${address.port}`,
      `localhost:${address.port}`,
      "evil.example",
      `${address.hostname}:1`,
    ]) {
      assert.equal((await ask("/", { headers: { host } })).status, 421, host);
    }
    for (const origin of [
      "http://evil.example",
      "null",
      `http://localhost:${address.port}`,
      `http://${address.hostname}:1`,
    ]) {
      assert.equal((await ask("/", { headers: { origin } })).status, 403, origin);
    }
    assert.equal((await ask("/", { method: "POST" })).status, 403);
    assert.equal((await ask("/events", { headers: { origin: `http://${address.host}` } })).status, 200);
  });

  it("sends headers with every answer by which no script runs, no other host is asked, and nothing frames or keeps it", async () => {
    for (const path of ["/events", "/page.css", "/none", "/events?since=never"]) {
      const { headers } = await ask(path);
      assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/, path);
      assert.match(String(headers["content-security-policy"]), /require-trusted-types-for 'script'/);
      assert.equal(headers["cache-control"], "no-store", path);
    }
    const { text } = await ask("/events");
    assert.doesNotMatch(text, /(?:src|href|action)="(?!\/|data:,)/, "it refers to itself alone");
  });

  it("sends the list again when an event comes and when a state changes", async () => {
    const before = await ask.follow("/events/live?tenant=live", /No such event/);
    assert.match(before, /^<p>/, "the part alone, not a page");
    const came = ask.follow("/events/live?tenant=live", />came</);
    await archive.write([pushed("came", Date.now(), { tenant: "live" })]);
    assert.match(await came, /class="queued"/);
    const done = ask.follow("/events/live?tenant=live", /class="done"/);
    await record("ev#github/push#github#v1#id=came", { st: { S: "done" }, n: { N: "1" } });
    assert.match(await done, />came</);
  });

  it("has an event in the list of a state once it is in that state", async () => {
    const live = "/events/live?tenant=later";
    const dead = ask.follow(`${live}&state=dead`, />dies-later</, async () => {
      await archive.write([pushed("dies-later", Date.now(), { tenant: "later" })]);
      await ask.follow(live, /class="queued"[\s\S]*dies-later/);
      await record("ev#github/push#github#v1#id=dies-later", { st: { S: "failed" }, nx: { N: "0" }, n: { N: "1" } });
    });
    assert.match(await dead, /class="dead"[\s\S]*dies-later/);
    const waits = pushed("waits", Date.now() - minute, { tenant: "waiting" });
    await archive.write([waits]);
    const meanwhile = async () => {
      await record("ev#github/push#github#v1#id=waits", { st: { S: "failed" }, nx: { N: "0" }, n: { N: "1" } });
    };
    // It was there before the list was opened, in another state.
    assert.match(await ask.follow("/events/live?tenant=waiting&state=dead", />waits</, meanwhile), />waits</);
  });

  it("has its link to older events begin where its live list ends", async () => {
    const flood = (from: number, count: number) =>
      archive.write(
        Array.from({ length: count }, (_, index) =>
          pushed(`flood-${from + index}`, Date.now() - 30_000 + from + index, { tenant: "flood" }),
        ),
      );
    await flood(0, 105);
    const live = await ask.follow("/events/live?tenant=flood", />flood-114</, async () => await flood(105, 10));
    const [, link = ""] = /rel="next" href="([^"]*)"/.exec(live) ?? [];
    const ids = (html: string) => Array.from(html.matchAll(/>(flood-\d+)</g), ([, id]) => id);
    const older = await ask(link.replaceAll("&amp;", "&"));
    assert.equal(new Set([...ids(live), ...ids(older.text)]).size, 115);
    assert.equal(ids(live).length + ids(older.text).length, 115, "none is in both");
  });

  it("shows an event whose payload is deep, or long, within its size, and numbers as they were written", async () => {
    const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const long = JSON.stringify(
      Array.from({ length: 450 }, (_, index) => ({ [`${index}${"<".repeat(500)}`]: '"'.repeat(500) })),
    );
    const bodies = { nested, long, digits: '{"order": 12345678901234567890, "price": 1.50}' };
    for (const [id, body] of Object.entries(bodies)) {
      await archive.write([pushed(id, now - 5 * minute, { body: new TextEncoder().encode(body) })]);
      const [, found = ""] =
        new RegExp(`href="(/event[?][^"]*id=${id}[^"]*)"`).exec((await ask(`/events?id=${id}`)).text) ?? [];
      const link = found.replaceAll("&amp;", "&");
      for (const one of [link, `${link}&show=1`]) {
        const { status, text } = await ask(one);
        assert.equal(status, 200, id);
        assert.ok(text.length < 100_000, `${id}: ${text.length}`);
      }
      const { text } = await ask(`${link}&show=1`);
      if (id === "digits") assert.match(text, />12345678901234567890<[\s\S]*>1\.50</);
    }
  });

  it("counts the events of a source on its overview, and names the fault with its remedy", async () => {
    const { text } = await ask("/");
    assert.match(
      text,
      /secret of github: none is set.*<code>(npm run secret -- github|deno task secret github)<\/code>/s,
    );
    const counted = await ask.follow("/live", /Counted from the archive/);
    assert.match(counted, /secret <span class="dead" title="Every delivery is answered 503.">not set<\/span><\/td>/);
    assert.match(counted, /events of github an hour/);
    const [, accepted, ignored] =
      /<td>(\d+)<\/td><td>0<\/td><td>(\d+)<\/td><td>0<\/td>\s*<td>0<\/td>/.exec(counted) ?? [];
    assert.equal(Number(ignored), 131);
    assert.ok(Number(accepted) >= 3);
  });

  it("plans a replay, runs it once it is confirmed, and tells how far it is", async () => {
    const choice = await ask("/replay?to=github/push&mode=again&id=queued");
    assert.match(choice.text, /<option value="again" selected>/);
    const begun = await ask("/replay/plan?to=github/push&mode=missing&tests=no&id=queued&since=1h");
    assert.equal(begun.status, 303);
    const plan = await ask.follow(`${begun.headers.location}/live`, /class="(done|failed)"/);
    assert.match(plan, /1 to send/);
    const uncounted = await ask.submit(plan, "/replay", { copies: "many" });
    assert.match(uncounted.text, /copies takes the number of the plan, received &quot;many&quot;/);
    const sent = await ask.submit(plan, "/replay");
    assert.equal(sent.status, 303);
    const job = String(sent.headers.location);
    assert.match(plan, /name="since" value="\d{4}-[^"]*Z"/, "a start that does not move on");
    assert.equal((await ask.submit(plan, "/replay")).headers.location, job, "a second click begins no other replay");
    assert.match(await ask.follow(`${job}/live`, /class="(done|failed)"/), /is done: 1 sent, 0 of them dead/);
    assert.match((await ask(job)).text, /Replay \d{4}-/);
    assert.equal((await ask("/replay/plan?to=github/pish&mode=missing")).status, 400);
    assert.match(
      (await ask("/replay/plan?to=github/push&mode=both")).text,
      /mode is missing or again, received &quot;both/,
    );
  });

  it("stops a replay, which says how it goes on", async () => {
    const long = Array.from({ length: 130 }, (_, index) =>
      pushed(`long-${index}`, now - 400 * minute, { tenant: "long" }),
    );
    await archive.write(long);
    const begun = await ask("/replay/plan?to=github/push&mode=missing&tests=no&tenant=long&since=12h");
    const plan = await ask.follow(`${begun.headers.location}/live`, /class="(done|failed)"/);
    assert.match(plan, /130 to send/);
    const job = String((await ask.submit(plan, "/replay")).headers.location);
    const running = await ask.follow(`${job}/live`, /<progress value="[1-9]/);
    assert.equal((await ask.submit(running, `${job}/stop`)).status, 303);
    const stopped = await ask.follow(`${job}/live`, /role="status">(?!running)/);
    assert.match(stopped, /class="stopped"/);
    const [, id, sent] = /replay (\S+) is stopped: (\d+) sent/.exec(stopped) ?? [];
    assert.ok(Number(sent) > 0 && Number(sent) < 130, stopped);
    assert.match(stopped, new RegExp(`(?:npm run replay --|deno task replay) --resume ${id}`));
    assert.doesNotMatch(stopped, /<button>/);
  });

  it("takes a form of this run alone", async () => {
    const headers = { origin: `http://${address.host}`, "content-type": "application/x-www-form-urlencoded" };
    for (const body of ["", "form=", `form=${"0".repeat(32)}`, "to=github/push&mode=missing"]) {
      const { status, text } = await ask("/replay", { method: "POST", headers, body });
      assert.equal(status, 403, body);
      assert.match(text, /This form is not of this run/);
    }
  });

  it("lists its jobs on the overview", async () => {
    assert.match((await ask("/")).text, /<span class="stopped">stopped<\/span> <a href="\/job\/\d+">Replay 2/);
  });

  it("knows an event file that the run takes up while the page is open", async () => {
    assert.doesNotMatch((await ask("/sources/github")).text, /issues/);
    const run = readLocalRun(folder);
    assert.ok(run !== undefined);
    writeLocalRun({ ...run, events: [...run.events, deployed("github/issues")] }, folder);
    assert.match((await ask("/sources/github")).text, /<dd>issues, push<\/dd>/);
    assert.match((await ask("/replay")).text, /<option value="github\/issues">/);
    assert.equal((await ask("/")).status, 200);
  });

  it("refuses a port that cannot be, and one that is in use", async () => {
    await assert.rejects(
      page(["--port", "web"], () => {}, { folder }),
      /--port takes a number from 0 to 65535, received "web"/,
    );
    await assert.rejects(
      page(["--port", address.port], () => {}, { folder }),
      {
        message: `Cannot serve the page: port ${address.port} is in use; --port 0 takes a free one`,
      },
    );
  });
});
