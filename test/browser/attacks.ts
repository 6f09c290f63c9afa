import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page as Tab } from "playwright-core";
import { opened, rebound, startChromium } from "./chromium.ts";
import { startForeignServer } from "./foreign-server.ts";
import { eventsPath, openPage, pages } from "./pages.ts";
import { type ServedStage, serveStage } from "./served-stage.ts";
import { usualStage } from "./usual-stage.ts";

/** The field of a form that acts by which the server knows its own form. */
const tokenField = "form";

describe("another page in the browser in which the page is open", () => {
  let served: ServedStage;
  let foreign: Awaited<ReturnType<typeof startForeignServer>>;
  let browser: Browser;
  let context: BrowserContext;
  let tab: Tab;
  let own: string;
  let token: string;
  let names: readonly string[];

  before(async () => {
    served = await serveStage(usualStage(Date.now()));
    foreign = await startForeignServer();
    browser = await startChromium();
    own = served.address.origin;
    token = served.address.searchParams.get("token") ?? "";
    // The last one is the page's own name: cookies know no ports, so a server that knows this name gets the cookie.
    names = ["127.0.0.1", "localhost", `hookline-0123456789abcdef.localhost`, served.address.hostname];
    assert.match(token, /^[\w-]{43}$/);
    context = await opened(browser, served);
    tab = await context.newPage();
  });
  after(async () => {
    await browser?.close();
    await foreign?.close();
    await served?.close();
  });

  it("reads nothing by a fetch, and loads nothing as an image, a script or a style", async () => {
    for (const name of names) {
      await tab.goto(foreign.origin(name));
      for (const path of [eventsPath, "/style.css", "/nowhere"]) {
        const read = await tab.evaluate(async (url) => {
          const tell = async (what: string, asked: Promise<Response>) =>
            await asked.then((answer) => `${what}: ${answer.type} ${answer.status}`).catch(() => "");
          const load = async (made: HTMLElement) => {
            const { promise, resolve } = Promise.withResolvers<string>();
            made.addEventListener("load", () => resolve(`loaded as ${made.tagName}`));
            made.addEventListener("error", () => resolve(""));
            document.body.append(made);
            return await promise;
          };
          const found = [
            await tell("cors", fetch(url, { credentials: "include" })),
            await tell("no-cors", fetch(url, { credentials: "include", mode: "no-cors" })),
            await tell("POST", fetch(url, { credentials: "include", method: "POST", body: "a=b" })),
            await tell("JSON", fetch(url, { method: "POST", body: "{}", headers: { "content-type": "text/json" } })),
            await load(Object.assign(document.createElement("img"), { src: url })),
            await load(Object.assign(document.createElement("script"), { src: url })),
            await load(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url })),
          ];
          return found.filter((one) => one !== "");
        }, `${own}${path}`);
        assert.deepEqual(read, [], `${name} asks for ${path}`);
      }
    }
  });

  it("shows it in no frame", async () => {
    for (const name of names) {
      await tab.goto(foreign.origin(name));
      for (const kind of ["iframe", "object", "embed"] as const) {
        await tab.evaluate(
          async ([kind, url]) => {
            const made = document.createElement(kind);
            made.setAttribute(kind === "object" ? "data" : "src", url);
            const { promise, resolve } = Promise.withResolvers<void>();
            for (const end of ["load", "error"]) made.addEventListener(end, () => resolve());
            document.body.append(made);
            await promise;
          },
          [kind, `${own}${eventsPath}`] as const,
        );
      }
      const shown = tab.frames().slice(1);
      for (const frame of shown) {
        assert.doesNotMatch(await frame.evaluate(() => document.documentElement.textContent ?? ""), /Hookline/);
      }
      assert.ok(shown.length > 0);
    }
  });

  it("cannot read a window of it that it opens, and the window does not know it", async () => {
    for (const name of names) {
      await tab.goto(foreign.origin(name));
      const [popup] = await Promise.all([
        context.waitForEvent("page"),
        tab.evaluate((url) => void Object.assign(globalThis, { opened: open(url) }), `${own}${eventsPath}`),
      ]);
      await popup.waitForLoadState();
      assert.equal(new URL(popup.url()).host, served.address.host);
      assert.equal(await popup.evaluate(() => opener), null);
      const read = await tab.evaluate(() => {
        const { opened } = globalThis as unknown as { opened: Window };
        const attempt = (what: () => unknown) => {
          try {
            return String(what());
          } catch {
            return "refused";
          }
        };
        return [attempt(() => opened.document.body.textContent), attempt(() => opened.closed)];
      });
      assert.deepEqual(read, ["refused", "true"], name);
      await popup.close();
    }
  });

  it("acts by no form of its own, of its origin or of none", async () => {
    for (const name of names) {
      for (const sandbox of [false, true]) {
        await tab.goto(foreign.origin(name));
        const posted = tab.waitForResponse((answer) => answer.request().method() === "POST");
        await tab.evaluate(
          ([action, isSandboxed]) => {
            const form = `<form method=post target=_top action="${action}"><input name=form value=x></form>`;
            const frame = document.createElement("iframe");
            if (isSandboxed) frame.setAttribute("sandbox", "allow-forms allow-scripts allow-top-navigation");
            frame.srcdoc = `${form}<script>document.forms[0].submit()</script>`;
            document.body.append(frame);
          },
          [`${own}${eventsPath}`, sandbox] as const,
        );
        const answer = await posted;
        await tab.waitForURL(`${own}${eventsPath}`);
        assert.equal(answer.status(), 403, `${name}, ${(await answer.request().allHeaders()).origin}`);
      }
    }
  });

  it("gets 421 under a name that was bound anew to this machine", async () => {
    for (const path of [eventsPath, `/?token=${token}`, "/style.css"]) {
      const answer = await tab.goto(`http://${rebound}:${served.address.port}${path}`);
      assert.equal(answer?.status(), 421, path);
    }
    assert.deepEqual(await context.cookies(`http://${rebound}:${served.address.port}`), []);
  });

  it("gets no cookie on another port, and no script reads it", async () => {
    foreign.requests.length = 0;
    for (const name of names.slice(0, 3)) await tab.goto(foreign.origin(name));
    assert.deepEqual(
      foreign.requests.map(({ cookie }) => cookie),
      foreign.requests.map(() => undefined),
    );
    await tab.goto(`${own}${eventsPath}`);
    assert.equal(await tab.evaluate(() => document.cookie), "");
    const [cookie, ...more] = await context.cookies(own);
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, more], [true, "Strict", []]);
  });

  it("gets neither the name nor the token by a referrer", async () => {
    await tab.goto(served.address.href);
    foreign.requests.length = 0;
    await tab.evaluate((to) => void location.assign(to), foreign.origin("127.0.0.1"));
    await tab.waitForURL(foreign.origin("127.0.0.1"));
    assert.ok(foreign.requests.length > 0);
    // Chromium asks a server for its icon, too, by a referrer of the server's own.
    for (const { referer = "" } of foreign.requests) assert.ok(!referer.includes(served.address.hostname));
    assert.equal(await tab.evaluate(() => document.referrer), "");
  });

  it("finds the token in no address of the history, and in no request but the first", async () => {
    const fresh = await browser.newContext();
    const asked: string[] = [];
    fresh.on("request", (request) => asked.push(JSON.stringify([request.url(), request.headers()])));
    const first = await fresh.newPage();
    await first.goto(served.address.href);
    for (const page of pages) await openPage(first, served, page);
    const devtools = await fresh.newCDPSession(first);
    const { entries } = await devtools.send("Page.getNavigationHistory");
    assert.ok(entries.length >= pages.length);
    // The address that somebody has typed stays in the browser's own history, which no page can read: SECURITY.md says so.
    assert.deepEqual(
      entries.filter(({ url }) => url.includes(token)),
      [],
    );
    const seen = await first.evaluate(() => performance.getEntries().map(({ name }) => name));
    assert.deepEqual(
      [...seen, ...asked.slice(1)].filter((one) => one.includes(token)),
      [],
    );
    await fresh.close();
  });

  it("acts by no form of the page whose token is forged", async () => {
    let count = 0;
    // A live part would put another form in the place of the one that is submitted.
    const live = /\/live(\?|$)/;
    await tab.route(live, (route) => route.abort());
    for (const page of pages) {
      await openPage(tab, served, page);
      const forms = await tab.locator("form[method=post]").count();
      for (let index = 0; index < forms; index += 1) {
        for (const forged of ["", token, "x".repeat(43)]) {
          await openPage(tab, served, page);
          const [answer] = await Promise.all([
            tab.waitForResponse((one) => one.request().method() === "POST"),
            tab.waitForEvent("load"),
            tab
              .locator("form[method=post]")
              .nth(index)
              .evaluate(
                (form: HTMLFormElement, [name, value]) => {
                  const field = form.elements.namedItem(name);
                  if (!(field instanceof HTMLInputElement)) throw new Error(`The form has no field ${name}`);
                  field.value = value;
                  HTMLFormElement.prototype.submit.call(form);
                },
                [tokenField, forged] as const,
              ),
          ]);
          assert.equal(answer.status(), 403, `${page.name}: ${answer.url()}`);
          count += 1;
        }
      }
    }
    await tab.unroute(live);
    assert.ok(count > 0, "a page has a form that acts");
  });
});
