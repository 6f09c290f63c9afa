import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page as Tab } from "playwright-core";
import { type Checkout, copyCheckout, eventFile, type Started } from "../local/synth/checkout.ts";
import { startChromium } from "./chromium.ts";

const row = (tab: Tab, id: string, state: string) => tab.locator(`tr:has(td.${state})`, { hasText: id });

/** Sends a push from the page, and gives the answer's row. */
async function send(tab: Tab, id: string, how = "as it is"): Promise<string> {
  await tab.getByRole("link", { name: "Send", exact: true }).click();
  await tab.locator("[name=event]:not([type=hidden])").selectOption("github/push");
  await tab.getByRole("button", { name: "Choose" }).click();
  await tab.locator("[name=id]:not([type=hidden])").fill(id);
  await tab.locator("[name=how]:not([type=hidden])").selectOption(how);
  await tab.getByRole("button", { name: "Send to github" }).click();
  return await tab.locator("[role=status] tbody tr").innerText();
}

describe("a day with the page", () => {
  let checkout: Checkout;
  let run: Started;
  let browser: Browser;
  before(async () => {
    checkout = copyCheckout({ examples: true });
    run = await checkout.start(["The page is at"]);
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await run?.end();
    checkout?.remove();
  });

  it("send, watch, see why, mend, redrive, replay, find, rotate a secret, learn why one was refused", async () => {
    const [, url = ""] = run.lines.find((line) => line.includes("The page is at"))?.split("The page is at ") ?? [];
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(url);
    assert.equal(await tab.locator("h1").innerText(), "Overview");

    // Another tab shows what comes, and is not loaded again.
    const live = await context.newPage();
    await live.goto(new URL("/events", tab.url()).href);
    await live.evaluate(() => Object.assign(globalThis, { isFirst: true }));
    assert.match(await send(tab, "first"), /200\s+accepted\s+first/);
    await row(live, "first", "done").waitFor();

    // A processor is broken: the page names file and line.
    const file = join(checkout.folder, eventFile);
    const good = readFileSync(file, "utf8");
    const fault = `  throw new PermanentError("The push has no server");`;
    checkout.write(eventFile, good.replace("  const { ref, repository", `${fault}\n  const { ref, repository`));
    const line = readFileSync(file, "utf8").split("\n").indexOf(fault) + 1;
    assert.ok(line > 0);
    await run.prints("rebuilt github/push");
    assert.match(await send(tab, "second"), /200\s+accepted\s+second/);
    await row(live, "second", "dead").waitFor();
    assert.equal(await live.evaluate(() => "isFirst" in globalThis), true);
    await live.mouse.move(0, 0);
    await row(live, "second", "dead").getByRole("link").click();
    await live.getByText("PermanentError: The push has no server").first().waitFor();
    await live.getByText(`${eventFile}:${line}:`).first().waitFor();

    // It is mended, and the dead event runs again.
    checkout.write(eventFile, good);
    await run.prints("rebuilt github/push", 2);
    await live.getByRole("button", { name: "Redrive" }).click();
    await live.locator("[role=status].done").waitFor();
    await tab.goto(new URL("/events?id=second", tab.url()).href);
    await row(tab, "second", "done").waitFor();

    // The last hour is replayed, after a plan.
    await tab.getByRole("link", { name: "Events" }).click();
    await tab.getByRole("link", { name: "Replay these" }).click();
    await tab.locator("[name=to]:not([type=hidden])").selectOption("github/push");
    await tab.locator("[name=mode]:not([type=hidden])").selectOption("again");
    await tab.locator("[name=since]:not([type=hidden])").fill("1h");
    await tab.getByRole("button", { name: "Plan" }).click();
    await tab.getByText("github/push  2 to send").waitFor();
    await tab.getByRole("button", { name: "Send 2 copies" }).click();
    await tab.getByText(/is done: 2 sent, 0 of them dead/).waitFor();

    // An event is found by its provider's id, whatever the rest of the list.
    await tab.getByRole("link", { name: "Events" }).click();
    await tab.locator("[name=id]:not([type=hidden])").fill("first");
    await tab.getByRole("button", { name: "Filter" }).click();
    await tab.getByRole("link", { name: "first", exact: true }).waitFor();
    assert.equal(await tab.locator("tbody tr").count(), 1);

    // A secret is rotated, and never shown.
    await tab.getByRole("link", { name: "Sources" }).click();
    await tab.getByRole("link", { name: "github", exact: true }).click();
    const secret = "a-new-secret-of-a-day";
    await tab.locator("input[type=password]").fill(secret);
    await tab.locator("form[method=post] button").first().click();
    await tab
      .getByText(/counts? for good/)
      .first()
      .waitFor();
    assert.ok(!(await tab.content()).includes(secret));

    // A delivery is refused, and the page says why.
    assert.match(await send(tab, "third", "tampered"), /401\s+signature-wrong/);
    await tab.getByRole("link", { name: "Refused" }).click();
    await tab.locator("td a[href^='/refused/']").first().click();
    await tab.getByRole("heading", { name: "401 signature-wrong" }).waitFor();
    await tab.getByRole("heading", { name: "Why" }).waitFor();
    await context.close();
  });
});
