import { Hono } from "hono";
import { html } from "hono/html";
import type { ArchivedEvent } from "../../events/archived-event.ts";
import { states } from "../../events/event-state.ts";
import { nameOf } from "../../events/fold.ts";
import type { FollowedEvent } from "../../events/open-events.ts";
import { followNew } from "../../events/tail.ts";
import { input, select } from "../fields.ts";
import { liveAnswer, liveNow, livePart } from "../live.ts";
import { answer, type PageParts } from "../parts.ts";
import { pauseOf } from "../pause.ts";
import { address, type Html, table, timeOf } from "../shell.ts";
import { filterIn, type ListFilter, searchOf } from "./list-filter.ts";

const rowsOfPage = 100;
/** So many events are followed whatever their state, where a list is of one state: they may come into it. */
const mostFollowed = 200;

/** The list of events: newest first, by the filter in its address, and live where that has no end. */
export function eventsPage(parts: PageParts): Hono {
  const { stage, events } = parts;
  const app = new Hono();
  app.get("/", async (context) => {
    const now = Date.now();
    const filter = filterIn(context.req.query());
    const list = listOf(await newest(parts, filter, now), filter, now);
    const replay = address("/replay", { ...filter, until: filter.until ?? new Date(now).toISOString() });
    return await answer(
      context,
      parts,
      "Events",
      html`<form class="filter">
${select("source", ["", ...Object.keys(stage.sources)], filter.source)}
${select("state", ["", ...states], filter.state)}
${input("type", filter.type)}
${input("tenant", filter.tenant)}
${input("id", filter.id)}
${input("since", filter.since, "24h")}
${input("until", filter.until)}
<button>Filter</button>
${parts.forms.isReadOnly ? "" : html`<a href="${replay}">Replay these</a>`}
</form>
${filter.until === undefined ? livePart(address("/events/live", filter), list) : list}`,
    );
  });
  app.get("/live", (context) => {
    const filter = filterIn(context.req.query());
    return liveAnswer(context, parts, (signal) => liveList(filter, signal));
  });
  return app;

  /** The table again, whenever an event has come or a state has changed. */
  async function* liveList(filter: ListFilter, signal: AbortSignal) {
    const pause = pauseOf(stage, signal);
    const { state, since: _, until: __, ...wanted } = searchOf(filter, Date.now());
    const looks = followNew(events.archive, wanted, { pause, signal });
    // Its first look notes what is there. Only then is that listed: an event that comes in between is in both, and not in none.
    await looks.next();
    const first = await newest(parts, filter, Date.now());
    const { state: _state, ...anyState } = filter;
    const others = state === undefined ? [] : (await newest(parts, anyState, Date.now(), mostFollowed)).rows;
    let known = merged([...first.rows, ...others].map(({ event }) => event));
    for await (const fresh of looks) {
      known = merged([...fresh, ...known]).slice(0, rowsOfPage + mostFollowed);
      const followed = await events.follow(known);
      const rows = followed.filter((one) => state === undefined || one.state === state);
      yield listOf(cutToPage(rows, rowsOfPage, first.older), filter, liveNow());
    }
  }
}

/** A page's rows, and the time before which the next page begins. */
type ListPage = { readonly rows: readonly FollowedEvent[]; readonly older: string | undefined };

async function newest({ events }: PageParts, filter: ListFilter, now: number, most = rowsOfPage): Promise<ListPage> {
  const rows: FollowedEvent[] = [];
  for await (const one of events.find(searchOf(filter, now))) {
    rows.push(one);
    const page = cutToPage(rows, most);
    if (page.rows.length < rows.length) return page;
  }
  return { rows, older: undefined };
}

/** The next page begins before the last event's time, so that those of one millisecond stay together. */
function cutToPage(rows: readonly FollowedEvent[], most: number, older?: string): ListPage {
  const last = rows[most - 1]?.event.received;
  const end = last === undefined ? -1 : rows.findIndex(({ event }, index) => index >= most && event.received !== last);
  return end === -1 ? { rows, older } : { rows: rows.slice(0, end), older: last };
}

/** Each event once, the newest first. */
function merged(events: readonly ArchivedEvent[]): readonly ArchivedEvent[] {
  const byKey = new Map(events.map((event) => [nameOf(event), event]));
  return [...byKey.values()].toSorted((one, other) => (one.received < other.received ? 1 : -1));
}

function listOf({ rows, older }: ListPage, filter: ListFilter, now: number): Html {
  const link = address("/events", { ...filter, until: older });
  return html`${tableOf(rows, now)}
${older === undefined ? "" : html`<p class="links"><a rel="next" href="${link}">Older</a></p>`}`;
}

function tableOf(rows: readonly FollowedEvent[], now: number): Html {
  if (rows.length === 0) {
    return html`<p>No such event. The archive writes an event within a minute or two; an earlier <em>since</em> looks further back.</p>`;
  }
  return table(
    ["State", "Source and type", "Id", "Tenant", "Received", "Done", "Next attempt", "Last error"],
    rows.map((one) => row(one, now)),
    "events",
  );
}

function row({ event, state, processors }: FollowedEvent, now: number): Html {
  const { source, type = "untyped", id, tenant = "", received } = event;
  const foremost = processors.find((one) => one.state === state);
  const done = processors.filter((one) => one.state === "done").length;
  const reason = state === "done" ? "" : (foremost?.reason ?? "");
  const next = state === "waiting" ? foremost?.until : undefined;
  return html`<tr>
<td class="${state}">${state}</td>
<td title="${source}/${type}">${source}/${type}</td>
<td class="id" title="${id}"><a href="${address("/event", { source, id, received })}">${id}</a></td>
<td title="${tenant}">${tenant}</td>
<td>${timeOf(received, now)}</td>
<td>${processors.length === 0 ? "" : `${done} of ${processors.length}`}</td>
<td>${next === undefined ? "" : timeOf(next, now)}</td>
<td class="error" title="${reason}">${reason}</td>
</tr>`;
}
