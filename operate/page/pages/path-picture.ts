import { html } from "hono/html";
import type { ProcessorState } from "../../events/event-state.ts";
import type { FollowedEvent } from "../../events/open-events.ts";
import { durationText, type Html } from "../shell.ts";

const [width, left, lane] = [860, 250, 26];

/**
 * The path of an event as a picture: verified, deduped and enqueued at once, then a lane for each processor, with a mark for each
 * attempt that failed and a bar up to the next one. All that it shows stands below it as text, too.
 */
export function pathPicture({ event, processors }: FollowedEvent, now: number): Html {
  const received = Date.parse(event.received);
  const isOpen = processors.some(({ state }) => !/^(done|dead|unknown)$/.test(state));
  const end = Math.max(...processors.map((one) => endOf(one, received)), received + 1000, isOpen ? now : received);
  const x = (time: number) => left + ((Math.min(time, end) - received) / (end - received)) * (width - left - 90);
  const height = 34 + lane * Math.max(1, processors.length) + 22;
  const bottom = height - 22;
  const lanes = processors.map((one, index) => laneOf(one, 34 + lane * index + lane / 2, { received, x, now }));
  return html`<div class="rows" tabindex="0" role="group" aria-label="Path"><svg class="path" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The event's path; the text below tells the same">
<text x="0" y="18">verify → dedupe → ${event.queues?.length === 0 ? "ignored" : "enqueue"}</text>
<circle cx="${left}" cy="14" r="4" class="mark"></circle>
<line x1="${left}" y1="14" x2="${left}" y2="${bottom}" class="axis"></line>
${lanes}
<line x1="${left}" y1="${bottom}" x2="${width - 90}" y2="${bottom}" class="axis"></line>
<text x="${left}" y="${height - 4}" class="small">received</text>
<text x="${width - 90}" y="${height - 4}" class="small">+ ${durationText(end - received)}</text>
</svg></div>`;
}

type Scale = { readonly received: number; readonly now: number; readonly x: (time: number) => number };

function laneOf(one: ProcessorState, y: number, { received, x, now }: Scale): Html {
  const { processor, state, failed = [] } = one;
  const end = state === "done" || state === "dead" ? lastOf(one, received) : endOf(one, now);
  return html`<text x="0" y="${y + 4}">${shortName(processor)}</text>
<rect x="${x(received)}" y="${y - 3}" width="${Math.max(2, x(end) - x(received)).toFixed(1)}" height="6" class="bar ${state}"></rect>
${failed.map(({ at }) => {
  const center = x(Date.parse(at));
  return html`<path d="M${(center - 4).toFixed(1)} ${y - 5} l8 10 m0 -10 l-8 10" class="failed"><title>failed at ${at}</title></path>`;
})}
<text x="${(x(end) + 8).toFixed(1)}" y="${y + 4}" class="small ${state}">${state}</text>`;
}

function lastOf({ failed = [] }: ProcessorState, received: number): number {
  return Math.max(received, ...failed.map(({ at }) => Date.parse(at)));
}

function endOf(one: ProcessorState, from: number): number {
  return Math.max(lastOf(one, from), one.until === undefined ? from : Date.parse(one.until));
}

function shortName(name: string): string {
  return name.length <= 32 ? name : `${name.slice(0, 31)}…`;
}
