import { Hono } from "hono";
import { html } from "hono/html";
import { defined } from "../../../../lambdas/core/bytes/defined.ts";
import { eventsText, noneText } from "../../../dead-events/acting.ts";
import { receiveText } from "../../../dead-events/dead-event-text.ts";
import { deadCounts, openPlace, type Place } from "../../../dead-events/dlq-place.ts";
import { input } from "../../fields.ts";
import { answer, type PageParts } from "../../parts.ts";
import { address, type Html, table } from "../../shell.ts";
import { deadActions, folderAt } from "./dead-actions.ts";
import { type Asked, askedIn, type Found, lookAt } from "./dead-look.ts";
import { cutOf, eventsOf, noneOf, reasonsOf } from "./dead-tables.ts";

/** The dead events: how many each processor has, and those of one by their reasons, oldest first. */
export function deadPage(parts: PageParts): Hono {
  const place = openPlace(parts.stage);
  const app = new Hono();
  app.get("/", async (context) => {
    const query = context.req.query();
    if (query.processor === undefined) return await answer(context, parts, "Dead", await countsOf(place));
    const asked = await askedIn(query, place);
    // The letters are held for as long as they are read: a browser that has gone ends that.
    const found = await lookAt(asked, place, AbortSignal.any([context.req.raw.signal, parts.closing]));
    return await answer(context, parts, `Dead: ${asked.pipeline.name}`, oneProcessor(asked, found, parts));
  });
  app.route("/", deadActions(parts, place));
  return app;
}

/** Each processor that has dead events. Numbers alone are read here: nothing is received. */
async function countsOf(place: Place): Promise<Html> {
  const pipelines = await place.pipelines();
  const counts = await deadCounts(place.sqs, pipelines);
  const dead = counts.filter(({ count }) => count > 0).toSorted((one, other) => other.count - one.count);
  if (dead.length === 0) return html`<p>${noneText(`${pipelines.length} queues`, false)}</p>`;
  return html`${table(
    ["Processor", "Dead events, about"],
    dead.map(
      ({ name, count }) =>
        html`<tr><td><a href="${address("/dead", { processor: name })}">${name}</a></td><td>${count}</td></tr>`,
    ),
  )}
<p class="dim">A link looks at the events of a processor. ${receiveText.join(" ")}</p>`;
}

function oneProcessor(asked: Asked, found: Found, parts: PageParts): Html {
  const { pipeline, given } = asked;
  const { name } = pipeline;
  const isFiltered = Object.keys(given).length > 0;
  const count = found.events.length;
  return html`<p class="dim">${receiveText.join(" ")}</p>
<form class="filter"><input type="hidden" name="processor" value="${name}">
${input("id", given.id)}
${input("type", given.type)}
${input("tenant", given.tenant)}
${input("reason", given.reason)}
${input("since", given.since, "2d")}
${input("until", given.until)}
<button>Filter</button>
</form>
<p role="status">${count === 0 ? noneOf(asked, found) : `${eventsText(count)}${isFiltered ? " that the filter fits" : ""}`}</p>
${cutOf(asked, found)}
${
  count === 0
    ? ""
    : html`${actionsOf(asked, found, parts)}
<h2>Reasons</h2>
${reasonsOf(asked, found)}
<h2>Events</h2>
${eventsOf(asked, found, parts.forms)}`
}`;
}

function actionsOf({ pipeline, given, filter }: Asked, { events, about }: Found, parts: PageParts): Html | "" {
  const { forms } = parts;
  if (forms.isReadOnly) return "";
  // The time of this look: a redrive is of the events that were counted.
  const times = defined({ since: isoOf(filter.since), until: isoOf(filter.until) });
  const all = { processor: pipeline.name, ...given, ...times };
  const at = new Date().toISOString();
  const which = Object.keys(given).length > 0 ? eventsText(events.length) : `all, about ${about}`;
  return html`<div class="actions">
${forms.button("/dead/redrive", `Redrive ${which}`, all)}
${forms.button("/dead/save", `Save ${eventsText(events.length)}`, { ...all, at })}
<a href="${address("/dead/drop", all)}">Drop…</a>
</div>
<p class="dim">Saved events go into ${folderAt(parts, at)}, readable by you alone. A redriven event runs again unless its processor is done.</p>`;
}

function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
