import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page as Tab } from "playwright-core";
import { servePage } from "../../operate/page/serve-page.ts";
import { findStage } from "../../operate/stage/find-stage.ts";
import { type FilledArchive, withArchive } from "../proof/archive/finding.ts";
import { startChromium } from "./chromium.ts";

/** How long a page took to its first content, and a static file of the same bytes: in milliseconds, a number for each round. */
type FirstContent = {
  readonly page: string;
  readonly bytes: number;
  readonly ofPage: readonly number[];
  readonly ofFile: readonly number[];
};

/** Measures pages over an archive beside static files, by turns, in one browser. */
export async function firstContents(
  size: Pick<FilledArchive, "objects" | "each" | "daily">,
  rounds: number,
): Promise<readonly FirstContent[]> {
  return await withArchive(size, async ({ folder }) => await measured(folder, rounds));
}

async function measured(folder: string, rounds: number): Promise<readonly FirstContent[]> {
  const stage = await findStage({}, { folder });
  const served = await servePage(stage, { port: 0, isReadOnly: false, typed: (text) => text, folder });
  const browser = await startChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(served.url);
    const own = new URL(tab.url()).origin;
    await tab.goto(`${own}/events`);
    const event = (await tab.locator("td.id a").first().getAttribute("href")) ?? "";
    const found: FirstContent[] = [];
    for (const [name, path] of [
      ["Overview", "/"],
      ["Events", "/events"],
      ["Event", event],
    ] as const) {
      const ours = `${own}${path}`;
      await tab.goto(ours);
      const fixed = await serveFixed(await textsOf(tab, path));
      const [ofPage, ofFile]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        ofPage.push(await firstContent(tab, ours));
        ofFile.push(await firstContent(tab, fixed.url));
      }
      fixed.close();
      assert.ok(fixed.bytes < 100_000, `${name} has ${fixed.bytes} bytes`);
      found.push({ page: name, bytes: fixed.bytes, ofPage, ofFile });
    }
    return found;
  } finally {
    await browser.close();
    await served.close();
    stage.clients.close();
  }
}

/** The bytes of a page and of its style and script. */
async function textsOf(tab: Tab, path: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const one of [path, "/page.css", "/page.js"]) {
    // Names of localhost are known to the browser alone.
    texts.set(one === path ? "/" : one, await tab.evaluate(async (url) => await (await fetch(url)).text(), one));
  }
  return texts;
}

async function serveFixed(texts: ReadonlyMap<string, string>) {
  const types = { css: "text/css", js: "text/javascript" } as const;
  const server = createServer(({ url = "" }, response) => {
    const type = types[url.split(".")[1] as keyof typeof types] ?? "text/html";
    response.setHeader("content-type", `${type}; charset=utf-8`);
    response.setHeader("cache-control", "no-store");
    response.end(texts.get(url) ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    bytes: Buffer.byteLength(texts.get("/") ?? ""),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** In milliseconds since the navigation began. */
async function firstContent(tab: Tab, url: string): Promise<number> {
  await tab.goto(url);
  return await tab.evaluate(
    async () =>
      await new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries())
            if (name === "first-contentful-paint") resolve(startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}
