import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { opened, startChromium } from "./chromium.ts";
import { openPage, pages } from "./pages.ts";
import { type ServedStage, serveStage } from "./served-stage.ts";
import { usualStage } from "./usual-stage.ts";

const { PICTURES: folder = fileURLToPath(new URL("../../docs/images", import.meta.url)) } = process.env;
const looks = {
  light: { colorScheme: "light", width: 1100 },
  dark: { colorScheme: "dark", width: 1100 },
  narrow: { colorScheme: "light", width: 360 },
} as const;

describe("the pictures of every page", () => {
  let served: ServedStage;
  let browser: Browser;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    served = await serveStage(usualStage(Date.now()));
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await served?.close();
  });

  for (const [look, given] of Object.entries(looks)) {
    it(`are written below 200 KB each, ${look}`, async () => {
      const context = await opened(browser, served, given);
      const tab = await context.newPage();
      for (const page of pages.filter(({ isPictured }) => isPictured)) {
        await openPage(tab, served, page);
        // The overview counts while one looks.
        await tab.waitForFunction(() => !document.body.innerText.includes("Counting"));
        await tab.evaluate(withoutFolder, tmpdir());
        const path = join(folder, `page-${page.name}-${look}.png`);
        await tab.screenshot({ path, animations: "disabled", caret: "hide" });
        const { size } = statSync(path);
        assert.ok(size < 200 * 1024, `${path} has ${size} bytes`);
      }
    });
  }
});

/** A folder of this test is none that somebody would see: the local run's stands in its place. */
function withoutFolder(top: string): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const { nodeValue } = text;
    const at = nodeValue?.indexOf(`${top}/hookline-browser-`) ?? -1;
    if (nodeValue !== null && at >= 0) {
      text.nodeValue = `${nodeValue.slice(0, at)}.hookline${nodeValue.slice(nodeValue.indexOf("/dead", at))}`;
    }
  }
}
