import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Hono } from "hono";
import { html } from "hono/html";
import { liveAnswer } from "../../../operate/page/live.ts";

type Contents = Parameters<typeof liveAnswer>[2];

/** The lines of an answer as a browser is sent them, and how often it has paused; empty ones left out. */
function follow(contents: Contents, pause: () => Promise<void> = async () => {}) {
  const closing = new AbortController();
  const textOf = (error: unknown) => `told: ${(error as Error).message}`;
  const app = new Hono();
  const failures: number[] = [];
  app.get("/", (context) =>
    liveAnswer(context, { closing: closing.signal, textOf }, contents, async (count) => {
      failures.push(count);
      await pause();
    }),
  );
  const lines = async function* () {
    const { body } = await app.request("/");
    assert.ok(body !== null);
    const input = Readable.fromWeb(body as ReadableStream);
    for await (const line of createInterface({ input })) if (line !== "") yield line;
  };
  return { closing, failures, lines };
}

/** The first lines of an answer, which is then closed. */
async function first(count: number, contents: Contents): Promise<readonly string[]> {
  const { closing, lines } = follow(contents);
  const found: string[] = [];
  for await (const line of lines()) if (found.push(line) === count) closing.abort();
  return found;
}

describe("a live part", () => {
  it("keeps its content where a look fails, tells the error, looks anew, and tells that it has passed", async () => {
    let looks = 0;
    const found = await first(5, async function* (signal) {
      while (!signal.aborted) {
        looks += 1;
        if (looks === 2) throw new Error("throttled once");
        yield html`<p>the same</p>`;
        await setImmediate();
      }
    });
    assert.deepEqual(found, [
      "data: <p>the same</p>",
      ...["event: fault", "data: told: throttled once"],
      // The content has not changed meanwhile, and is not sent twice.
      ...["event: fault", "data: "],
    ]);
  });

  it("tells an error once while it lasts, and one from before the first content, and pauses after each", async () => {
    let looks = 0;
    const { closing, failures, lines } = follow(async function* () {
      looks += 1;
      if (looks < 4) throw new Error("refused");
      yield html`<p>there</p>`;
    });
    const found: string[] = [];
    for await (const line of lines()) if (found.push(line) === 5) closing.abort();
    assert.deepEqual(found, [
      ...["event: fault", "data: told: refused"],
      "data: <p>there</p>",
      ...["event: fault", "data: "],
    ]);
    assert.deepEqual(failures, [1, 2, 3]);
  });

  it("tells no error of a look that the end of the page breaks off, and looks no more", async () => {
    let looks = 0;
    const { closing, failures, lines } = follow(async function* (signal) {
      looks += 1;
      yield html`<p>there</p>`;
      closing.abort();
      signal.throwIfAborted();
    });
    const found: string[] = [];
    for await (const line of lines()) found.push(line);
    assert.deepEqual(found, ["data: <p>there</p>"]);
    assert.deepEqual({ looks, failures: failures.length }, { looks: 1, failures: 0 });
  });

  it("stays open at its end, as a browser would ask again", async () => {
    let looks = 0;
    const { closing, lines } = follow(async function* () {
      looks += 1;
      yield html`<p>last</p>`;
      void setImmediate().then(() => closing.abort());
    });
    const found: string[] = [];
    for await (const line of lines()) found.push(line);
    assert.deepEqual({ found, looks }, { found: ["data: <p>last</p>"], looks: 1 });
  });
});
