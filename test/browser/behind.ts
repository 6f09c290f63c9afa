import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { opened } from "./chromium.ts";
import { eventsPath } from "./pages.ts";
import { serveStage } from "./served-stage.ts";
import { withBrowser } from "./suite.ts";
import { usualStage } from "./usual-stage.ts";

describe("a live part that is not kept up to date", () => {
  const suite = withBrowser();

  it("keeps its rows beside the error of a look, as text, until that has passed", async () => {
    const context = await opened(suite.browser, suite.served);
    const tab = await context.newPage();
    await tab.addInitScript(() => {
      const sources: EventTarget[] = [];
      class FakeSource extends EventTarget {
        constructor() {
          super();
          sources.push(this);
        }
        close() {}
      }
      Object.assign(globalThis, { EventSource: FakeSource, sources });
    });
    const send = async (type: string, data: string) =>
      await tab.evaluate(
        ([name = "", text = ""]) => {
          const { sources } = globalThis as unknown as { sources: EventTarget[] };
          sources[0]?.dispatchEvent(new MessageEvent(name, { data: text }));
        },
        [type, data],
      );
    await tab.goto(new URL(eventsPath, suite.served.address.origin).href);
    const rows = await tab.locator("tbody tr").count();
    assert.ok(rows > 0);
    await send("fault", "Throttled <b>once</b>");
    const notice = tab.getByRole("status");
    assert.match((await notice.textContent()) ?? "", /^Throttled <b>once<\/b>; what stands here is of \d+:\d\d/);
    assert.equal(await tab.locator("tbody tr").count(), rows);
    await send("fault", "");
    assert.equal(await notice.count(), 0);
    await context.close();
  });

  it("says that the server cannot be reached, moves nothing, and is silent once it answers", async () => {
    const context = await opened(suite.browser, suite.served);
    const tab = await context.newPage();
    let isReached = false;
    const live = /\/events\/live\b/;
    await context.route(live, async (route) => await (isReached ? route.fallback() : route.abort("connectionrefused")));
    await tab.goto(new URL(eventsPath, suite.served.address.origin).href);
    const notice = tab.getByRole("status");
    await notice.waitFor();
    const says = (await notice.textContent()) ?? "";
    assert.match(says, /^This page's server has ended or cannot be reached; what stands here is of \d+:\d\d/);
    const answered = tab.waitForResponse(live);
    isReached = true;
    assert.equal((await answered).status(), 200);
    await notice.waitFor({ state: "hidden" });
    await context.close();
  });

  it("says so when its server ends while it is looked at, without a shift of the layout", async () => {
    const own = await serveStage(usualStage(Date.now()));
    const context = await opened(suite.browser, own);
    const tab = await context.newPage();
    const sent = tab.waitForResponse(/\/events\/live\b/);
    await tab.goto(new URL(eventsPath, own.address.origin).href);
    await sent;
    const rowsAt = async () =>
      await tab.locator("tbody tr").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().y));
    const before = await rowsAt();
    await own.close();
    const notice = tab.getByRole("status");
    await notice.waitFor();
    assert.match((await notice.textContent()) ?? "", /^This page's server has ended/);
    assert.deepEqual(await rowsAt(), before);
    await context.close();
  });

  it("says that the page is to be loaded again where the server refuses to go on with it", async () => {
    const context = await opened(suite.browser, suite.served);
    const tab = await context.newPage();
    await context.route(/\/events\/live\b/, async (route) => await route.fulfill({ status: 403 }));
    await tab.goto(new URL(eventsPath, suite.served.address.origin).href);
    const notice = tab.getByRole("status");
    await notice.waitFor();
    assert.match((await notice.textContent()) ?? "", /^This is not kept up to date: load the page again; /);
    await context.close();
  });
});
