import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { html } from "hono/html";
import { readLocalRun } from "../../local/local-run.ts";
import { openEvents } from "../events/open-events.ts";
import { localStage } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { failureText, isOfAsker } from "./failure-text.ts";
import { createForms } from "./forms.ts";
import { guard, newAccess } from "./guard.ts";
import { createJobs } from "./jobs.ts";
import { deadPage } from "./pages/dead/dead.ts";
import { eventPage } from "./pages/event.ts";
import { eventsPage } from "./pages/events.ts";
import { jobPage } from "./pages/job.ts";
import { overviewPage } from "./pages/overview.ts";
import { refusedPage } from "./pages/refused/refused.ts";
import { replayPage } from "./pages/replay.ts";
import { sendPage } from "./pages/send/send.ts";
import { sourcesPage } from "./pages/sources/sources.ts";
import { answer, type PageParts } from "./parts.ts";

/** A page that is served. */
type ServedPage = {
  /** The address with the token of this run: whoever has it sees the page. */
  readonly url: string;
  /** Stops its jobs, and ends it. */
  close(): Promise<void>;
};

/** A delivery may have 6 MB, and a form's field writes a byte as three. */
const mostBytes = 20 * 1_048_576;

/** Serves the page of a stage on 127.0.0.1. @throws {TypeError} Where the stage has no archive, or the port is in use. */
export async function servePage(
  stage: Stage,
  given: { readonly port: number; readonly isReadOnly: boolean } & Pick<PageParts, "typed" | "folder">,
): Promise<ServedPage> {
  const { port, isReadOnly, typed, folder } = given;
  const closing = new AbortController();
  const textOf = (error: unknown) => failureText({ stage, typed, folder }, error);
  const [forms, jobs] = [createForms({ isReadOnly }), createJobs(textOf)];
  const appOf = (of: Stage) =>
    pageApp({ stage: of, events: openEvents(of), forms, jobs, typed, textOf, folder, closing: closing.signal });
  let pages = appOf(stage);
  let { run } = stage;
  /** The pages. A local run takes up event files while it is on: then they are made anew. */
  const current = (): Hono => {
    const now = run === undefined ? undefined : readLocalRun(folder);
    if (now === undefined || run === undefined || now.pid !== run.pid) return pages;
    if (isDeepStrictEqual([now.sources, now.events], [run.sources, run.events])) return pages;
    run = now;
    pages = appOf({ ...localStage(now), clients: stage.clients });
    return pages;
  };
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EADDRINUSE") throw cause;
    throw new TypeError(`Cannot serve the page: port ${port} is in use; --port 0 takes a free one`, { cause });
  });
  const access = newAccess((server.address() as AddressInfo).port);
  const app = new Hono();
  app.use(guard(access));
  app.all("*", async ({ req }) => await current().fetch(req.raw));
  // By default it would replace Request and Response of the whole process.
  server.on("request", getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  return {
    url: `http://${access.host}/?token=${access.token}`,
    async close() {
      closing.abort();
      await jobs.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function pageApp(parts: PageParts): Hono {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: async (context) => {
        const received = context.req.header("content-length") ?? "more";
        const says = html`<p class="dead">A form may have ${mostBytes} bytes, received ${received}.</p>`;
        return await answer(context, parts, "Too large", says, 413);
      },
    }),
  );
  app.use(parts.forms.guard);
  for (const [file, type] of [
    ["page.css", "text/css"],
    ["page.js", "text/javascript"],
  ] as const) {
    const text = readFileSync(new URL(file, import.meta.url), "utf8");
    app.get(`/${file}`, (context) => context.body(text, 200, { "content-type": `${type}; charset=utf-8` }));
  }
  app.route("/", overviewPage(parts));
  app.route("/events", eventsPage(parts));
  app.route("/event", eventPage(parts));
  app.route("/dead", deadPage(parts));
  app.route("/job", jobPage(parts));
  app.route("/refused", refusedPage(parts));
  app.route("/replay", replayPage(parts));
  app.route("/send", sendPage(parts));
  app.route("/sources", sourcesPage(parts));
  app.notFound(async (context) => await answer(context, parts, "Not found", html`<p>There is no such page.</p>`, 404));
  app.onError(async (error, context) => {
    const [title, status] = isOfAsker(error) ? (["Not possible", 400] as const) : (["Failed", 500] as const);
    return await answer(context, parts, title, html`<p class="dead">${parts.textOf(error)}</p>`, status);
  });
  return app;
}
