import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import type { Fetch } from "../../../lambdas/core/provider.ts";
import { fetchDocument, type RemoteRequest } from "../../../lambdas/core/verify/published-keys.ts";

const url = "https://keys.example/one";
const start = new Date("2026-01-05T10:00:00Z");
const pinned = ({ host }: URL) => host === "keys.example";
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

/** A fetch that counts, and says what it was asked. */
function counting(answer: (url: string, init?: RequestInit) => Response | Promise<Response>) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const fetch: Fetch = async (address, init) => {
    asked.push({ url: address, init });
    return await answer(address, init);
  };
  return { fetch, asked };
}

const ask = (fetch: Fetch, change: Partial<RemoteRequest> = {}, now = start) =>
  fetchDocument({ url, pinned, share: "acme", keepSeconds: 3600, ...change }, { fetch, now });

async function textOf(fetch: Fetch, change: Partial<RemoteRequest> = {}, now = start): Promise<string> {
  const document = await ask(fetch, change, now);
  assert.ok(document.kind === "document");
  return document.text;
}

describe("ten fetches a minute", () => {
  it("are a provider's own, and an address's that no sender chooses", async () => {
    const { fetch, asked } = counting(() => new Response("", { status: 500 }));
    const fail = async (change: Partial<RemoteRequest>) => await ask(fetch, change).catch(({ message }) => message);
    for (let n = 0; n < 20; n += 1) await fail({ url: `${url}/junk-${n}` });
    assert.equal(asked.length, 10);
    assert.match(await fail({}), /within a minute/);
    assert.match(await fail({ share: "bolt" }), /answered 500/);
    const { share: _, ...fixed } = { url, pinned, share: "", keepSeconds: 3600 };
    for (let n = 0; n < 20; n += 1) await fetchDocument(fixed, { fetch, now: start }).catch(() => {});
    assert.equal(asked.length, 21);
  });
});

describe("a document that a provider publishes", () => {
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  it("is fetched by GET, without redirects, and kept for the given time", async () => {
    let version = 0;
    const { fetch, asked } = counting(() => new Response(`v${++version}`));
    assert.equal(await textOf(fetch), "v1");
    assert.equal(asked[0]?.init?.redirect, "error");
    assert.equal(asked[0]?.init?.method, undefined);
    assert.ok(asked[0]?.init?.signal instanceof AbortSignal);
    assert.equal(await textOf(fetch, {}, after(3599)), "v1");
    assert.equal(await textOf(fetch, {}, after(3600)), "v2");
    assert.equal(await textOf(fetch, {}, after(3600)), "v2");
    assert.equal(await textOf(fetch, { keepSeconds: 60 }, after(3659)), "v2");
    assert.equal(await textOf(fetch, { keepSeconds: 60 }, after(3660)), "v3");
    assert.equal(await textOf(fetch, {}, start), "v4", "of a time to come is not kept");
  });

  it("is kept no longer where the clock is set back, and neither is the count of fetches", async () => {
    let [version, passed] = [0, 0];
    const { fetch } = counting(() => new Response(`v${++version}`));
    const at = async (seconds: number, steadySeconds: number, change: Partial<RemoteRequest> = {}) => {
      passed = steadySeconds * 1000;
      const given = { fetch, now: after(seconds), steady: () => passed };
      const document = await fetchDocument({ url, pinned, keepSeconds: 3600, ...change }, given);
      return document.kind === "document" ? document.text : document.reason;
    };
    assert.equal(await at(0, 0), "v1");
    assert.equal(await at(-50, 3599), "v1");
    assert.equal(await at(-50, 3600), "v2");
    assert.equal(await at(-7200, 3601), "v3", "set back by hours: nobody knows how old it is");
    for (let n = 0; n < 10; n += 1) await at(0, 4000, { keepSeconds: 0, post: `${n}` });
    await assert.rejects(at(-30, 4059, { keepSeconds: 0, post: "more" }), /within a minute/);
    assert.equal(await at(-30, 4060, { keepSeconds: 0, post: "more" }), "v14");
  });

  it("is kept per fetch function, URL and question, and not at all where nothing may be kept", async () => {
    const one = counting((address, init) => new Response(`${address} ${init?.body ?? ""}`));
    const two = counting(() => new Response("two"));
    await textOf(one.fetch);
    assert.equal(await textOf(two.fetch), "two");
    assert.equal(await textOf(one.fetch, { url: `${url}1` }), `${url}1 `);
    assert.equal(await textOf(one.fetch, { post: "{}" }), `${url} {}`);
    assert.equal(await textOf(one.fetch, { post: '{"a":1}' }), `${url} {"a":1}`);
    assert.equal(one.asked.length, 4);
    assert.equal(one.asked[2]?.init?.method, "POST");
    await textOf(one.fetch, { url: `${url}2`, keepSeconds: 0 });
    await textOf(one.fetch, { url: `${url}2`, keepSeconds: 0 });
    assert.equal(one.asked.length, 6);
  });

  it("is fetched once for all concurrent readers", async () => {
    let release = (_: Response) => {};
    const { fetch, asked } = counting(() => new Promise((resolve) => (release = resolve)));
    const all = Array.from({ length: 50 }, () => textOf(fetch));
    await new Promise((resolve) => setImmediate(resolve));
    release(new Response("one"));
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["one"]));
    assert.equal(asked.length, 1);
  });

  it("is never fetched from an address that is not pinned", async () => {
    const { fetch, asked } = counting(() => new Response("no"));
    const odd = [
      ...["http://keys.example/one", "https://keys.example:444/one", "https://a@keys.example/one"],
      ...["https://keys.example/one#a", "https://KEYS.example/one", "https://keys.example/a/../one", ` ${url}`],
      ...["https://evil.example/one", "https://keys.example.evil.example/", "https://keys.example\\@evil.example/"],
      ...["https://keys.example", "file:///keys.example", "data:,keys.example", "keys.example", "", "https://"],
      ...[`${url}\n`, `${url}\u0000`, `${url}?a=${"a".repeat(2000)}`, "https://keys.example/é"],
    ];
    for (const address of odd) {
      const result = await ask(fetch, { url: address });
      assert.equal(result.kind === "refused" && result.reason, "signature-malformed", address);
    }
    assert.equal(asked.length, 0);
  });

  it("is not taken from an answer of another status, and is fetched again", async () => {
    for (const status of [204, 301, 400, 403, 404, 500]) {
      const { fetch, asked } = counting(() => new Response(status === 204 ? null : "no", { status }));
      await assert.rejects(ask(fetch), { message: `Cannot fetch ${url}: answered ${status}` });
      await assert.rejects(ask(fetch));
      assert.equal(asked.length, 2);
    }
  });

  it("may be missing, which is remembered for a minute", async () => {
    const { fetch, asked } = counting(() => new Response("", { status: 404 }));
    for (const seconds of [0, 59, 60]) {
      const document = await ask(fetch, { alsoStatuses: [404] }, after(seconds));
      assert.equal(document.kind === "document" && document.status, 404);
    }
    assert.equal(asked.length, 2);
  });

  it("is at most 64 KiB, read no further", async () => {
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 1024;
          controller.enqueue(new Uint8Array(1024));
        },
      });
    const { fetch } = counting(() => new Response(endless()));
    await assert.rejects(ask(fetch), /longer than 65536 bytes/);
    assert.ok(sent <= 70_000, `${sent} bytes were read`);
    const { fetch: exact } = counting(() => new Response("é".repeat(32_768)));
    assert.equal(await textOf(exact), "é".repeat(32_768));
    const { fetch: empty } = counting(() => new Response(null));
    assert.equal(await textOf(empty), "");
  });

  it("is waited for two seconds at most, though the fetch ignores its signal", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const silent = counting(() => new Promise<Response>(() => {}));
    const stuck = counting(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })));
    for (const { fetch, asked } of [silent, stuck]) {
      const asking = ask(fetch);
      const rejected = assert.rejects(asking, /no answer within 2000 ms/);
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(1999);
      assert.equal(asked[0]?.init?.signal?.aborted, false);
      mock.timers.tick(1);
      await rejected;
      assert.equal(asked[0]?.init?.signal?.aborted, true);
    }
  });

  it("is fetched ten times a minute at most, whatever is asked", async () => {
    const { fetch, asked } = counting(() => new Response("", { status: 500 }));
    for (let at = 0; at < 30; at += 1) await assert.rejects(ask(fetch, { url: `${url}${at}` }, after(at / 10)));
    assert.equal(asked.length, 10);
    await assert.rejects(ask(fetch, {}, after(59.9)), /10 were fetched within a minute/);
    await assert.rejects(ask(fetch, {}, after(60)), /answered 500/);
  });

  it("is kept for 32 addresses at most, the oldest going first", async () => {
    const { fetch, asked } = counting((address) => new Response(address));
    const long = { keepSeconds: 1_000_000 };
    for (let at = 0; at < 40; at += 1) await ask(fetch, { ...long, url: `${url}${at}` }, after(at * 60));
    await ask(fetch, { ...long, url: `${url}8` }, after(4000));
    assert.equal(asked.length, 40);
    await ask(fetch, { ...long, url: `${url}7` }, after(4000));
    assert.equal(asked.length, 41);
  });

  it("is neither driven out nor blocked from renewal by requests for missing documents", async () => {
    let there = true;
    const { fetch, asked } = counting((address) => new Response("", { status: there && address === url ? 200 : 404 }));
    const given = { alsoStatuses: [404] };
    await ask(fetch, given);
    for (let at = 0; at < 100; at += 1) await ask(fetch, { ...given, url: `${url}${at}` }, after(60 + at * 7));
    assert.equal(asked.length, 101);
    await ask(fetch, given, after(3599));
    assert.equal(asked.length, 101);
    for (let at = 0; at < 10; at += 1) await ask(fetch, { ...given, url: `${url}new${at}` }, after(3600));
    await assert.rejects(ask(fetch, { ...given, url: `${url}eleven` }, after(3600)));
    await ask(fetch, given, after(3600));
    assert.equal(asked.length, 112);
    there = false;
    for (let at = 0; at < 10; at += 1)
      await assert.rejects(ask(fetch, { keepSeconds: 0 }, after(3700)), /answered 404/);
    await assert.rejects(ask(fetch, { keepSeconds: 0 }, after(3700)), /within a minute/);
  });

  it("does not show its query in an error, since it may hold a token", async () => {
    const { fetch } = counting(() => new Response("", { status: 500 }));
    await assert.rejects(ask(fetch, { url: `${url}?Token=abc` }), { message: `Cannot fetch ${url}: answered 500` });
  });

  it("is fetched by the global fetch where no other is given", async () => {
    const { fetch, asked } = counting(() => new Response("global"));
    mock.method(globalThis, "fetch", fetch as typeof globalThis.fetch);
    const document = await fetchDocument({ url, pinned, keepSeconds: 60 }, { now: start });
    assert.equal(document.kind === "document" && document.text, "global");
    assert.equal(asked.length, 1);
  });
});
