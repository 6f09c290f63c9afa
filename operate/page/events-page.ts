import { html } from "hono/html";
import { states } from "../events/event-state.ts";
import type { FollowedEvent } from "../events/open-events.ts";
import type { ListFilter } from "./list-filter.ts";
import { type Html, timeOf } from "./shell.ts";

/** The list of events: a filter, a row for each event, and a link to the older ones. */
export function eventsPage(given: {
  readonly filter: ListFilter;
  readonly sources: readonly string[];
  readonly events: readonly FollowedEvent[];
  /** The time before which the next page begins; absent on the last. */
  readonly older: string | undefined;
  readonly now: number;
}): Html {
  const { filter, sources, events, older, now } = given;
  const rows = events.map((one) => row(one, now));
  const none = html`<p>No such event. The archive writes an event within a minute or two; an earlier <em>since</em> looks further back.</p>`;
  return html`<form action="/">
${select("source", ["", ...sources], filter.source)}
${select("state", ["", ...states], filter.state)}
${input("type", filter.type)}
${input("tenant", filter.tenant)}
${input("id", filter.id)}
${input("since", filter.since, "24h")}
${input("until", filter.until)}
<button>Filter</button>
</form>
${
  rows.length === 0
    ? none
    : html`<div class="rows"><table>
<thead><tr><th>State</th><th>Source and type</th><th>Id</th><th>Tenant</th><th>Received</th><th>Done</th><th>Next attempt</th><th>Last error</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`
}
<nav>${older === undefined ? "" : html`<a rel="next" href="${address("/", { ...filter, until: older })}">Older</a>`}</nav>`;
}

function row({ event, state, processors }: FollowedEvent, now: number): Html {
  const { source, type = "untyped", id, tenant = "", received } = event;
  const foremost = processors.find((one) => one.state === state);
  const done = processors.filter((one) => one.state === "done").length;
  const reason = state === "done" ? "" : (foremost?.reason ?? "");
  return html`<tr>
<td class="${state}">${state}</td>
<td>${source}/${type}</td>
<td class="id"><a href="${address("/event", { source, id, received })}">${id}</a></td>
<td>${tenant}</td>
<td class="when">${timeOf(received, now)}</td>
<td>${processors.length === 0 ? "" : `${done} of ${processors.length}`}</td>
<td class="when">${state === "waiting" && foremost?.until !== undefined ? foremost.until : ""}</td>
<td class="error">${reason}</td>
</tr>`;
}

/** An address of this page. */
export function address(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

function select(name: string, options: readonly string[], chosen = ""): Html {
  const all = options.map((one) => {
    const text = one === "" ? "all" : one;
    if (one === chosen) return html`<option value="${one}" selected>${text}</option>`;
    return html`<option value="${one}">${text}</option>`;
  });
  return html`<label>${name}<select name="${name}">${all}</select></label>`;
}

function input(name: string, value = "", placeholder = ""): Html {
  return html`<label>${name}<input name="${name}" value="${value}" placeholder="${placeholder}"></label>`;
}
