import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { opened } from "./chromium.ts";
import { eventsPath, openPage } from "./pages.ts";
import { serveStage } from "./served-stage.ts";
import { withBrowser } from "./suite.ts";
import { usualStage } from "./usual-stage.ts";
import { watch } from "./watch.ts";

describe("the copies of an event", () => {
  const suite = withBrowser();

  it("are its JSON, its commands and a test, while the page masks its values", async () => {
    const context = await opened(suite.browser, suite.served);
    const watched = await watch(context, suite.served.address);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: suite.served.address.origin });
    const tab = await context.newPage();
    await openPage(tab, suite.served, { path: `${eventsPath}?state=dead`, links: ["td.id a"] });
    const copyBeside = async (text: string | RegExp) => {
      const beside = tab.locator(".copied", { hasText: text }).first();
      await beside.getByRole("button", { name: "Copy" }).click();
      await beside.getByRole("button", { name: "Copied", exact: true }).waitFor();
      return await tab.evaluate(async () => await navigator.clipboard.readText());
    };
    const payload = JSON.parse(await copyBeside("All of it"));
    assert.equal(payload.data.address.street, "1 Example Street");
    assert.match(
      await copyBeside(/(?:npm run|deno task) send/),
      /^(?:npm run send --|deno task send) shopify\/orders\/create --id=\S+ --body-file event\.json\.body$/,
    );
    assert.match(await copyBeside("as a test of its event file"), /^import processor from "\.\/orders\/create\.ts";$/m);
    assert.ok(!(await tab.content()).includes("1 Example Street"), "the page shows what it masks");
    assert.deepEqual(watched, { foreign: [], errors: [], dialogs: [] });
    await context.close();
  });

  it("are not told where the server has gone", async () => {
    const own = await serveStage(usualStage(Date.now()));
    const context = await opened(suite.browser, own);
    const tab = await context.newPage();
    await openPage(tab, own, { path: `${eventsPath}?state=dead`, links: ["td.id a"] });
    await own.close();
    const beside = tab.locator(".copied", { hasText: "All of it" });
    await beside.getByRole("button", { name: "Copy" }).click();
    await beside.getByRole("button", { name: "Not copied" }).waitFor();
    await context.close();
  });
});
