import assert from "node:assert/strict";
import { describe, it } from "node:test";
import axe from "axe-core";
import type { BrowserContext, Page as Tab } from "playwright-core";
import { opened } from "./chromium.ts";
import { openPage, pages } from "./pages.ts";
import { withBrowser } from "./suite.ts";
import { watch } from "./watch.ts";

const narrow = 360;
const looks = [
  { colorScheme: "light", width: 1200 },
  { colorScheme: "dark", width: 1200 },
  { colorScheme: "light", width: narrow },
  { colorScheme: "dark", width: narrow },
] as const;
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules of axe that the page breaks, each with where. */
async function violations(tab: Tab): Promise<readonly string[]> {
  // A script tag would be blocked by the page's policy.
  await tab.evaluate(axe.source);
  const { violations: found } = await tab.evaluate(
    async (values) =>
      await (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: "tag", values } }),
    tags,
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Numbers the things of a page that one can act on, as far as they are seen, and notes the focus of each from now on. */
async function noteFocus(tab: Tab): Promise<readonly string[]> {
  return await tab.evaluate(() => {
    const noted: string[] = [];
    Object.assign(globalThis, { noted });
    document.addEventListener("focusin", ({ target }) => {
      const { number } = (target as HTMLElement).dataset;
      if (number !== undefined) noted.push(number);
    });
    const all = document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary");
    const seen = Array.from(all).filter((one) => one.checkVisibility());
    for (const [index, one] of seen.entries()) one.dataset.number = String(index);
    return seen.map(({ dataset }) => dataset.number ?? "");
  });
}

const noted = async (tab: Tab) => await tab.evaluate(() => (globalThis as unknown as { noted: string[] }).noted);

/** The paths of this origin that a page links to. */
const linked = async (tab: Tab) =>
  await tab.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLAnchorElement>("a[href]"), ({ pathname }) => pathname),
  );

describe("every page", () => {
  const suite = withBrowser();

  /** Opens each page in one tab. */
  async function each(context: BrowserContext, check: (tab: Tab, name: string, bytes: number) => Promise<void>) {
    const tab = await context.newPage();
    for (const page of pages) await check(tab, page.name, await openPage(tab, suite.served, page));
    await context.close();
  }

  for (const look of looks) {
    const { colorScheme, width } = look;
    it(`breaks no rule of axe and needs no more than its width, ${colorScheme}, ${width} px wide`, async () => {
      const found: string[] = [];
      await each(await opened(suite.browser, suite.served, look), async (tab, name) => {
        found.push(...(await violations(tab)).map((one) => `${name}: ${one}`));
        const needed = await tab.evaluate(() => document.documentElement.scrollWidth);
        if (needed > width) found.push(`${name} needs ${needed} px`);
      });
      assert.deepEqual(found, []);
    });
  }

  it("asks no other host, has no error in the console, has less than 100 KB, and is in the list of pages", async () => {
    const context = await opened(suite.browser, suite.served);
    const { foreign, errors } = await watch(context, suite.served.address);
    const [listed, links] = [new Set<string>(), new Set<string>()];
    await each(context, async (tab, name, bytes) => {
      assert.ok(bytes > 200 && bytes < 100_000, `${name} has ${bytes} bytes`);
      // A page that begins a job leads to its own.
      listed.add(new URL(tab.url()).pathname.replace(/^\/job\/\d+$/, "/replay/plan"));
      for (const path of await linked(tab)) links.add(path);
    });
    assert.deepEqual({ foreign, errors }, { foreign: [], errors: [] });
    assert.deepEqual(
      // A payload and its test are no pages, and a drop is of the events that somebody has chosen. One of a kind stands for all.
      [...links].filter((path) => !listed.has(path) && !/\/(body|test|drop)$|^\/(refused|sources|job)\/./.test(path)),
      [],
    );
  });

  it("has everything that one can act on in the order of Tab", async () => {
    const context = await opened(suite.browser, suite.served);
    // A part that is sent anew has other elements.
    await context.route(/\/live\b/, (route) => route.abort());
    await each(context, async (tab, name) => {
      const wanted = await noteFocus(tab);
      assert.ok(wanted.length > 0, name);
      // Chromium has Tab stop at a part that scrolls, too.
      for (let stops = wanted.length + 5; stops > 0; stops -= 1) await tab.keyboard.press("Tab");
      assert.deepEqual((await noted(tab)).slice(0, wanted.length), wanted, name);
    });
  });
});
