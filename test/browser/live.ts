import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page as Tab } from "playwright-core";
import { pushed } from "../operate/events/archive-fixture.ts";
import { opened, startChromium } from "./chromium.ts";
import { eventsPath } from "./pages.ts";
import { type ServedStage, serveStage } from "./served-stage.ts";
import { usualStage } from "./usual-stage.ts";

/** How much of the page has moved by itself. */
const shifted = async (tab: Tab) => await tab.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);

describe("live rows", () => {
  let served: ServedStage;
  let browser: Browser;
  before(async () => {
    served = await serveStage(usualStage(Date.now()));
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await served?.close();
  });

  it("come without a shift of the layout, and wait while somebody points at a row or selects its text", async () => {
    const context = await opened(browser, served);
    const tab = await context.newPage();
    const devtools = await context.newCDPSession(tab);
    await devtools.send("Network.enable");
    /** Resolves once the tab has been sent a text. */
    const sent = async (text: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      devtools.on("Network.eventSourceMessageReceived", ({ data }) => void (data.includes(text) && resolve()));
      return await promise;
    };
    await tab.goto(new URL(eventsPath, served.address.origin).href);
    await tab.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const one of list.getEntries()) shifts.push((one as unknown as { readonly value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    const rowOf = (id: string) => tab.getByRole("link", { name: id, exact: true });
    const come = async (id: string) => {
      const arrived = sent(id);
      await served.receive(pushed(id, Date.now()));
      await arrived;
    };

    await tab.mouse.move(0, 0);
    await come("evt_first");
    await rowOf("evt_first").waitFor();

    await tab.locator("tbody tr").nth(2).hover();
    await come("evt_pointed");
    assert.equal(await rowOf("evt_pointed").count(), 0);
    await tab.mouse.move(0, 0);
    await rowOf("evt_pointed").waitFor();

    await tab.evaluate(() => {
      const cell = document.querySelector("tbody td");
      if (cell !== null) getSelection()?.selectAllChildren(cell);
    });
    await come("evt_selected");
    assert.equal(await rowOf("evt_selected").count(), 0);
    await tab.evaluate(() => getSelection()?.removeAllRanges());
    await come("evt_last");
    await rowOf("evt_last").waitFor();
    assert.equal(await rowOf("evt_selected").count(), 1);
    assert.deepEqual(await shifted(tab), []);
    await context.close();
  });
});
