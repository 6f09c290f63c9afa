import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page as Tab } from "playwright-core";
import { opened } from "./chromium.ts";
import { hostileStage, markups } from "./hostile-stage.ts";
import { eventsPath } from "./pages.ts";
import { withBrowser } from "./suite.ts";
import { watch } from "./watch.ts";

/** Elements and attributes that no page of ours has: they came with an event. */
async function made(tab: Tab): Promise<readonly string[]> {
  return await tab.evaluate(() => {
    const elements =
      "img, svg:not(.path, .bars), math, iframe, object, embed, base, style, template, b, [srcdoc], [autofocus], meta[http-equiv], script:not([src^='/']), link[href^='http'], link[href^='//']";
    const found = Array.from(document.querySelectorAll(elements), ({ outerHTML }) => outerHTML);
    for (const { attributes } of document.querySelectorAll("*")) {
      for (const { name, value } of attributes) {
        const leads = ["href", "action", "formaction", "src"].includes(name);
        const { protocol, host } = leads ? new URL(value, location.href) : location;
        const isOwn = protocol === "data:" || (protocol === "http:" && host === location.host);
        if (name.startsWith("on") || !isOwn) found.push(`${name}="${value}"`);
      }
    }
    return found;
  });
}

/** The text of a page, and then each key of the payload's tree. */
function textAndKeys(): string {
  const keys = Array.from(document.querySelectorAll(".tree .key"), ({ textContent }) => `key ${textContent}`);
  return [document.body.textContent, ...keys, ""].join("\n");
}

/** Inline elements whose text turns the direction of the text around it: U+202E in it, and no bounds. */
function turning(): readonly string[] {
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const within = text.parentElement;
    if (within === null || !text.textContent?.includes("\u202E")) continue;
    // The browser bounds a block by itself, and a link here fills its cell.
    const isBounded = (one: Element) => getComputedStyle(one).unicodeBidi.startsWith("isolate");
    if (!isBounded(within) && !(within.parentElement?.matches("td") && isBounded(within.parentElement)))
      found.push(within.outerHTML);
  }
  return found;
}

describe("markup that came with an event, or in an address", () => {
  const suite = withBrowser(hostileStage);

  /** Opens paths, one after the other, and holds that nothing ran, was made or was asked for; `check` sees each. */
  async function openAll(
    paths: (tab: Tab) => Promise<readonly string[]>,
    check: (text: string, index: number) => void,
  ): Promise<void> {
    const context = await opened(suite.browser, suite.served);
    const { foreign, errors, dialogs } = await watch(context, suite.served.address);
    const tab = await context.newPage();
    for (const [index, path] of (await paths(tab)).entries()) {
      await tab.goto(new URL(path, suite.served.address.origin).href);
      assert.deepEqual(await made(tab), [], `the page of ${index}`);
      assert.deepEqual(await tab.evaluate(turning), [], `the page of ${index}`);
      check(await tab.evaluate(textAndKeys), index);
    }
    await context.close();
    assert.deepEqual({ foreign, errors, dialogs }, { foreign: [], errors: [], dialogs: [] });
  }

  const listed = async (tab: Tab) => {
    await tab.goto(new URL(eventsPath, suite.served.address.origin).href);
    const links = await tab.locator("td.id a").all();
    return await Promise.all(links.map(async (link) => (await link.getAttribute("href")) ?? ""));
  };

  it("is text in the list of events", async () => {
    await openAll(
      async () => [eventsPath, `${eventsPath}?state=dead`],
      (text, index) => {
        // The second list has the dead ones alone.
        for (const markup of markups.filter((_, at) => index === 0 || at % 2 === 0)) {
          const count = text.split(markup).length - 1;
          assert.ok(count >= 3, `${markup} is ${count} times in the list`);
        }
      },
    );
  });

  it("is text in an event, its values masked or shown", async () => {
    const tell = (text: string, markup: string) => {
      assert.ok(text.includes(markup), markup);
      assert.ok(text.includes(`\nkey ${markup}\n`), `${markup} as a key of the payload`);
    };
    await openAll(listed, (text, index) => tell(text, markups[index] ?? ""));
    const shown = async (tab: Tab) => (await listed(tab)).map((path) => `${path}&show=1`);
    await openAll(shown, (text, index) => tell(text, markups[index] ?? ""));
  });

  it("is text in an answer to an address", async () => {
    const all = markups.map((markup) => encodeURIComponent(markup));
    const names = ["source", "type", "tenant", "id", "state", "since", "until", "received", "show"];
    const paths = all.flatMap((markup) => [
      ...[`/${markup}`, `/event?source=${markup}&id=${markup}&received=2026-01-05T10:00:00Z`],
      ...[`/event?received=${markup}`, `${eventsPath}?${names.map((name) => `${name}=${markup}`).join("&")}`],
      `${eventsPath}?source=${markup}&type=${markup}&tenant=${markup}&id=${markup}`,
    ]);
    await openAll(
      async () => paths,
      () => {},
    );
  });
});
