import { html } from "hono/html";
import type { ProcessorState } from "../events/event-state.ts";
import { bodyText } from "../events/masked.ts";
import type { FollowedEvent } from "../events/open-events.ts";
import type { PayloadOf } from "../events/payload.ts";
import { address } from "./events-page.ts";
import { type Html, timeOf } from "./shell.ts";

/** One event: its facts, its timeline, and its payload, whose values are masked unless `isShown`. */
export function eventPage(given: {
  readonly followed: FollowedEvent;
  readonly payload: PayloadOf;
  readonly isShown: boolean;
  readonly now: number;
}): Html {
  const { followed, payload, isShown, now } = given;
  const { event, state, processors } = followed;
  const { id, source, type, coarseType, tenant, livemode, received, queues } = event;
  const fact = (name: string, value: string | Html | undefined) =>
    value === undefined ? "" : html`<dt>${name}</dt><dd>${value}</dd>`;
  const self = { source, id, received };
  return html`<h1>${source}/${type ?? "untyped"}</h1>
<dl>
${fact("state", html`<span class="${state}">${state}</span>`)}
${fact("id", id)}
${fact("tenant", tenant)}
${fact("coarser type", coarseType)}
${fact("live mode", livemode === undefined ? undefined : String(livemode))}
${fact("received", timeOf(received, now))}
${fact("queues", queues === undefined ? undefined : queues.length === 0 ? "none: no event file wanted it" : queues.join(", "))}
${fact("archive", event.object.key)}
${fact("headers", "not kept")}
</dl>
<h2>Processors</h2>
${processors.length === 0 ? html`<p>None wanted it.</p>` : processors.map((one) => timeline(one, now))}
<h2>Payload</h2>
<nav>${
    isShown
      ? html`<a href="${address("/event", self)}">Mask the values</a>`
      : html`<a href="${address("/event", { ...self, show: "1" })}">Show the values</a>`
  }</nav>
<pre>${bodyText(payload.body, { whole: isShown })}</pre>`;
}

function timeline({ processor, state, until, attempts, reason, failed = [] }: ProcessorState, now: number): Html {
  const isTold = reason !== undefined && failed.length === 0 && state !== "done";
  return html`<h3>${processor} <span class="${state}">${state}</span></h3>
<p>${attempts === undefined ? "no attempt yet" : attempts === 1 ? "1 attempt" : `${attempts} attempts`}${until === undefined ? "" : `, until ${until}`}</p>
${isTold ? html`<pre>${reason}</pre>` : ""}
${failed.length === 0 ? "" : html`<ol>${failed.map((one) => html`<li>${timeOf(one.at, now)} failed: ${one.reason}</li>`)}</ol>`}`;
}
