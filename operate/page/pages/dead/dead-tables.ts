import { html } from "hono/html";
import { noneText, restText } from "../../../dead-events/acting.ts";
import type { DeadEvent } from "../../../dead-events/dead-event.ts";
import { byReason, inOneLine } from "../../../dead-events/dead-events.ts";
import type { Forms } from "../../forms.ts";
import { address, cut, type Html, table, timeOf } from "../../shell.ts";
import { type Asked, type Found, reading } from "./dead-look.ts";

const mostRows = 100;
const mostGroups = 20;

/** The reasons of events, each with its number and a link to its events. */
export function reasonsOf({ pipeline, given }: Asked, { events }: Found): Html {
  const groups = byReason(events);
  const now = Date.now();
  const rest = groups.length - mostGroups;
  return html`${table(
    ["Events", "Oldest", "Reason"],
    groups.slice(0, mostGroups).map(({ reason, count, oldest }) => {
      const same = address("/dead", { processor: pipeline.name, ...given, reason: reason.slice(0, 200) });
      return html`<tr><td>${count}</td><td>${timeText(oldest, now)}</td><td><a href="${same}">${cut(reason, 120)}</a></td></tr>`;
    }),
  )}
${rest > 0 ? html`<p class="dim">and ${rest} more reasons</p>` : ""}`;
}

/** The oldest of the events, each with a button that redrives it. */
export function eventsOf({ pipeline }: Asked, { events, keptMilliseconds }: Found, forms: Forms): Html {
  const now = Date.now();
  const heads = ["Id", "Tenant", "Reason", "Attempts", "Received", "SQS deletes it, about"];
  const rows = table(
    forms.isReadOnly ? heads : [...heads, "Action"],
    events.slice(0, mostRows).map((one) => rowOf(one, keptMilliseconds, now, forms)),
  );
  const more =
    events.length > mostRows ? html`<p class="dim">The ${mostRows} oldest of ${events.length} are shown.</p>` : "";
  if (forms.isReadOnly) return html`${rows}${more}`;
  const hidden = html`<input type="hidden" name="processor" value="${pipeline.name}">`;
  return html`${forms.form("/dead/redrive", html`${hidden}${rows}`)}${more}`;
}

/** Says where the DLQ has more than was read. */
export function cutOf({ pipeline }: Asked, found: Found): Html | "" {
  const [rest] = restText(pipeline.name, found, reading);
  return rest === undefined ? "" : html`<p class="waiting">${rest}</p>`;
}

/** Says that nothing was found; of what was not read, `cutOf` says more. */
export function noneOf({ pipeline, given }: Asked, { read, about }: Found): string {
  const isFiltered = Object.keys(given).length > 0;
  return read < about && !isFiltered ? "no dead event was read" : noneText(pipeline.name, isFiltered);
}

function rowOf(one: DeadEvent, keptMilliseconds: number, now: number, { isReadOnly }: Forms): Html {
  const { id, event, received, attempts = "", letter } = one;
  const reason = inOneLine(one.reason);
  const deleted = new Date(Number(letter.Attributes?.SentTimestamp ?? Number.NaN) + keptMilliseconds);
  return html`<tr>
<td class="id">${
    event === undefined
      ? id
      : html`<a href="${address("/event", { source: event.source, id, received: received.toISOString() })}">${id}</a>`
  }</td>
<td>${event?.tenant ?? ""}</td>
<td class="error" title="${cut(reason, 200)}">${cut(reason, 60)}</td>
<td>${attempts}</td>
<td>${timeText(received, now)}</td>
<td>${deleted.getTime() <= now ? "now" : timeText(deleted, now)}</td>
${isReadOnly ? "" : html`<td><button name="id" value="${id}">Redrive</button></td>`}</tr>`;
}

function timeText(time: Date, now: number): Html | string {
  return Number.isNaN(time.getTime()) ? "unknown" : timeOf(time.toISOString(), now);
}
