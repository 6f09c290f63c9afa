import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fetch } from "../../../lambdas/core/provider.ts";
import { fetchDocument, type RemoteRequest } from "../../../lambdas/core/verify/published-keys.ts";
import { openTimers } from "../timers.ts";

const url = "https://keys.example/one";
const pinned = ({ host }: URL) => host === "keys.example";
const after = (seconds: number) => new Date(1_767_607_200_000 + seconds * 1000);

/** A fetch that counts, and says what it was asked. */
function counting(answer: (url: string) => Response = () => new Response("a")) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const fetch: Fetch = async (address, init) => {
    asked.push({ url: address, init });
    return answer(address);
  };
  const ask = (change: Partial<RemoteRequest> = {}, seconds = 0) =>
    fetchDocument({ url, pinned, share: "acme", keepSeconds: 3600, ...change }, { fetch, now: after(seconds) });
  return { ask, asked };
}

/** Bytes that come piece by piece, without an end; counts how often it was given up. */
function endless(piece: Uint8Array) {
  const given = { cancelled: 0 };
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(piece),
    cancel() {
      given.cancelled += 1;
      throw new Error("it does not want to be");
    },
  });
  return { given, stream };
}

describe("the address of a published document", () => {
  it("has 1 024 characters at most", async () => {
    const { ask, asked } = counting();
    const long = `${url}?${"a".repeat(1023 - url.length)}`;
    assert.equal((await ask({ url: long })).kind, "document");
    assert.equal((await ask({ url: `${long}a` })).kind, "refused");
    assert.equal(asked.length, 1);
  });
});

describe("a fetched document", () => {
  it("with no time to keep is not kept for readers that would take an older one", async () => {
    const { ask, asked } = counting();
    await ask({ keepSeconds: 0 });
    await ask();
    assert.equal(asked.length, 2);
    await ask();
    assert.equal(asked.length, 2);
    await ask({ keepSeconds: 0 });
    assert.equal(asked.length, 3);
  });

  it("with no time to keep drives out no other", async () => {
    const { ask, asked } = counting();
    await ask();
    for (let at = 0; at < 40; at += 1) await ask({ url: `${url}${at}`, keepSeconds: 0 }, at * 60);
    await ask({}, 3000);
    assert.equal(asked.length, 41);
  });

  it("becomes the newest by a new fetch, and is dropped last", async () => {
    const { ask, asked } = counting();
    const long = { keepSeconds: 1_000_000 };
    for (let at = 0; at < 32; at += 1) await ask({ ...long, url: `${url}${at}` }, at * 60);
    await ask({ keepSeconds: 60, url: `${url}0` }, 4000);
    await ask({ ...long, url: `${url}32` }, 4100);
    assert.equal(asked.length, 34);
    await ask({ ...long, url: `${url}0` }, 4200);
    assert.equal(asked.length, 34);
    await ask({ ...long, url: `${url}1` }, 4200);
    assert.equal(asked.length, 35);
  });

  it("may be asked for ten times a minute, and the eleventh time a minute after the first", async () => {
    const { ask, asked } = counting();
    for (let at = 0; at < 10; at += 1) await ask({ url: `${url}${at}` }, at);
    await assert.rejects(ask({ url: `${url}10` }, 59.999), /within a minute/);
    await ask({ url: `${url}10` }, 60);
    await assert.rejects(ask({ url: `${url}11` }, 60.999), /within a minute/);
    assert.equal(asked.length, 11);
  });

  it("by a question is asked for as JSON, which is sent as it is", async () => {
    const { ask, asked } = counting();
    await ask({ post: '{"key_id":"é"}' });
    assert.equal(asked[0]?.init?.method, "POST");
    assert.equal(asked[0]?.init?.body, '{"key_id":"é"}');
    assert.equal(new Headers(asked[0]?.init?.headers).get("content-type"), "application/json");
    await ask();
    assert.deepEqual(
      [asked[1]?.init?.method, asked[1]?.init?.body, asked[1]?.init?.headers],
      [undefined, undefined, undefined],
    );
  });

  it("may come in pieces that end within a character", async () => {
    const bytes = new TextEncoder().encode('{"é":"🦊"}');
    const { ask } = counting(() => {
      const left = Array.from(bytes, (byte) => Uint8Array.of(byte));
      return new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const piece = left.shift();
            if (piece === undefined) controller.close();
            else controller.enqueue(piece);
          },
        }),
      );
    });
    const document = await ask();
    assert.equal(document.kind === "document" && document.text, '{"é":"🦊"}');
  });
});

describe("a fetch that is over", () => {
  it("leaves nothing open: it is aborted, whatever came of it", async () => {
    for (const status of [200, 404, 500]) {
      const { ask, asked } = counting(() => new Response("", { status }));
      await ask().catch(() => {});
      assert.equal(asked[0]?.init?.signal?.aborted, true, `${status}`);
    }
  });

  it("leaves no timer behind", async () => {
    const { ask } = counting();
    assert.deepEqual(await openTimers(() => ask()), { set: 1, left: 0 });
  });

  it("for an answer that is too long cancels the rest, and ignores a failure of that", async () => {
    const { given, stream } = endless(new Uint8Array(40_000));
    const { ask } = counting(() => new Response(stream));
    await assert.rejects(ask(), /longer than 65536 bytes/);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(given.cancelled, 1);
  });
});
