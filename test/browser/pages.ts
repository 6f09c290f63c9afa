import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page as Tab } from "playwright-core";
import type { ServedStage } from "./served-stage.ts";

type Page = {
  /** The name of its pictures. */
  readonly name: string;
  readonly path: string;
  /** Links that lead from there to the page, as CSS selectors. */
  readonly links?: readonly string[];
  /** Defaults to 200. */
  readonly status?: number;
  /** Whether docs/page.md shows it. */
  readonly isPictured?: true;
};

/** The list of events. */
export const eventsPath = "/events";

/** The pages, over the usual stage. A page that is added here has every test of this folder. */
export const pages: readonly Page[] = [
  { name: "events", isPictured: true, path: eventsPath },
  { name: "events-older", path: eventsPath, links: ["a[rel=next]"] },
  { name: "events-none", path: `${eventsPath}?id=nobody` },
  { name: "event", path: `${eventsPath}?source=stripe-eu`, links: ["td.id a"] },
  { name: "event-dead", isPictured: true, path: `${eventsPath}?state=dead`, links: ["td.id a"] },
  { name: "event-shown", path: `${eventsPath}?state=dead`, links: ["td.id a", "a[href*='show=1']"] },
  { name: "overview", isPictured: true, path: "/" },
  { name: "replay", path: "/replay?to=stripe/invoice.paid&mode=missing&tests=no" },
  { name: "replay-plan", path: "/replay/plan?to=stripe/invoice.paid&mode=missing&tests=no" },
  { name: "dead", path: "/dead" },
  { name: "dead-events", isPictured: true, path: "/dead", links: ["main a[href^='/dead?']"] },
  { name: "refused", isPictured: true, path: "/refused" },
  { name: "refused-one", path: "/refused", links: ["main a[href^='/refused/']"] },
  { name: "send", isPictured: true, path: "/send?source=github" },
  { name: "sources", isPictured: true, path: "/sources" },
  { name: "source", path: "/sources", links: ["main a[href^='/sources/']"] },
  { name: "not-found", path: "/nowhere", status: 404 },
  { name: "wrong-filter", path: `${eventsPath}?since=yesterday`, status: 400 },
];

/** Opens a page in a tab, by the links that lead to it; gives its size in bytes. */
export async function openPage(
  tab: Tab,
  { address }: ServedStage,
  { path, links = [], status = 200 }: Pick<Page, "path" | "links" | "status">,
): Promise<number> {
  const open = async (to: string, expected: number) => {
    const answer = await tab.goto(new URL(to, address.origin).href);
    const bytes = (await answer?.body()) ?? Buffer.of();
    assert.equal(answer?.status(), expected, `${to}: ${bytes}`);
    return bytes.length;
  };
  let bytes = await open(path, links.length === 0 ? status : 200);
  for (const [index, link] of links.entries()) {
    const [to] = await tab.locator(link).evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    assert.ok(to, `${path} has no ${link}: ${await tab.content()}`);
    bytes = await open(to, index === links.length - 1 ? status : 200);
  }
  return bytes;
}
