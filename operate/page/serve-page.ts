import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { html } from "hono/html";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { type Events, type FollowedEvent, openEvents } from "../events/open-events.ts";
import { payloadOf } from "../events/payload.ts";
import type { Stage } from "../stage/stage.ts";
import { eventPage } from "./event-page.ts";
import { eventsPage } from "./events-page.ts";
import { type Access, guard, newAccess } from "./guard.ts";
import { filterIn, searchOf } from "./list-filter.ts";
import { shell } from "./shell.ts";
import { style } from "./style.ts";

/** A page that is served. */
type Page = {
  /** The address with the token of this run: whoever has it sees the page. */
  readonly url: string;
  close(): Promise<void>;
};

const rowsOfPage = 100;

/** Serves the page of a stage on 127.0.0.1. @throws {TypeError} Where the stage has no archive. */
export async function servePage(stage: Stage, { port }: { readonly port: number }): Promise<Page> {
  const events = openEvents(stage);
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const access = newAccess((server.address() as AddressInfo).port);
  const app = pageApp(stage, events, access);
  // By default it would replace Request and Response of the whole process.
  server.on("request", getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  return {
    url: `http://${access.host}/?token=${access.token}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function pageApp(stage: Stage, found: Events, access: Access): Hono {
  const app = new Hono();
  const { place } = stage;
  app.use(guard(access));
  app.get("/style.css", (context) => context.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/", async (context) => {
    const now = Date.now();
    const filter = filterIn(context.req.query());
    const events: FollowedEvent[] = [];
    let older: string | undefined;
    for await (const one of found.find(searchOf(filter, now))) {
      const last = events.at(-1)?.event.received;
      // The next page begins before the last event's time, so that those of one millisecond stay together.
      if (events.length >= rowsOfPage && one.event.received !== last) {
        older = last;
        break;
      }
      events.push(one);
    }
    const content = eventsPage({ filter, sources: Object.keys(stage.sources), events, older, now });
    return await context.html(shell({ title: "Events", place }, content));
  });
  app.get("/event", async (context) => {
    const { source = "", id = "", received = "", show } = context.req.query();
    const time = Date.parse(received);
    if (Number.isNaN(time)) throw new TypeError(`received takes a time in ISO 8601, received "${received}"`);
    const [followed] = await found.withId({ source, id, since: time, until: time + 1 });
    if (followed === undefined) {
      const absent = html`<p>No event of ${source} with the id ${id} was received at ${received}.</p>`;
      return await context.html(shell({ title: "Not found", place }, absent), 404);
    }
    const payload = await payloadOf(found.archive, followed.event);
    const content = eventPage({ followed, payload, isShown: show === "1", now: Date.now() });
    return await context.html(shell({ title: id, place }, content));
  });
  app.notFound(
    async (context) =>
      await context.html(shell({ title: "Not found", place }, html`<p>There is no such page.</p>`), 404),
  );
  app.onError(async (error, context) => {
    const says = error instanceof TypeError ? error.message : errorText(error);
    const content = html`<p class="dead">${says}</p>`;
    return await context.html(shell({ title: "Refused", place }, content), error instanceof TypeError ? 400 : 500);
  });
  return app;
}
