import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page as Tab } from "playwright-core";
import { pushed } from "../operate/events/archive-fixture.ts";
import { opened } from "./chromium.ts";
import { eventsPath } from "./pages.ts";
import { withBrowser } from "./suite.ts";

/** Notes from now on what moves by itself, and what has before. */
const noteShifts = async (tab: Tab) =>
  await tab.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) shifts.push((one as unknown as { readonly value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });

/** Where each column begins. */
const columnsOf = async (tab: Tab) =>
  await tab.locator("th").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x));

/** How much of the page has moved by itself. */
const shifted = async (tab: Tab) => await tab.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);

describe("live rows", () => {
  const suite = withBrowser();

  it("come without a shift of the layout, and wait while somebody points at a row or selects its text", async () => {
    const context = await opened(suite.browser, suite.served);
    const tab = await context.newPage();
    const devtools = await context.newCDPSession(tab);
    await devtools.send("Network.enable");
    /** Resolves once the tab has been sent a text. */
    const sent = async (text: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      devtools.on("Network.eventSourceMessageReceived", ({ data }) => void (data.includes(text) && resolve()));
      return await promise;
    };
    await tab.goto(new URL(eventsPath, suite.served.address.origin).href);
    await noteShifts(tab);
    const rowOf = (id: string) => tab.getByRole("link", { name: id, exact: true });
    const come = async (id: string) => {
      const arrived = sent(id);
      await suite.served.receive(pushed(id, Date.now()));
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

  it("move no column and nothing beside the list, whatever they hold and however few they are", async () => {
    const context = await opened(suite.browser, suite.served);
    const tab = await context.newPage();
    const few = new URL(`${eventsPath}?tenant=a-tenant`, suite.served.address.origin).href;
    await suite.served.receive(pushed("evt_few", Date.now(), { tenant: "a-tenant" }));
    await tab.goto(few);
    await noteShifts(tab);
    const before = await columnsOf(tab);
    const id = `evt_${"wide".repeat(40)}`;
    await suite.served.receive(pushed(id, Date.now(), { tenant: "a-tenant", type: `type.${"wide".repeat(20)}` }));
    await tab.getByRole("link", { name: id, exact: true }).waitFor();
    assert.deepEqual(await columnsOf(tab), before);
    assert.deepEqual(await shifted(tab), []);
    await tab.goto(new URL(`${eventsPath}?state=dead`, suite.served.address.origin).href);
    assert.deepEqual(await columnsOf(tab), before);
    await context.close();
  });
});
