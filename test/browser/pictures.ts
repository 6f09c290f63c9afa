import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
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
    it(`are written below 150 KB each, ${look}`, async () => {
      const context = await opened(browser, served, given);
      const tab = await context.newPage();
      for (const page of pages) {
        await openPage(tab, served, page);
        const path = join(folder, `page-${page.name}-${look}.png`);
        await tab.screenshot({ path, animations: "disabled", caret: "hide" });
        const { size } = statSync(path);
        assert.ok(size < 150 * 1024, `${path} has ${size} bytes`);
      }
    });
  }
});
