import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { ProcessorState } from "../../events/event-state.ts";
import { attemptsText, untoldAttempts } from "../../events/event-text.ts";
import { bodyText } from "../../events/masked.ts";
import type { FollowedEvent } from "../../events/open-events.ts";
import { payloadOf } from "../../events/payload.ts";
import { testOfEvent } from "../../run-event/event-test.ts";
import { shellWord } from "../../shell-word.ts";
import { liveAnswer, liveNow, livePart } from "../live.ts";
import { answer, type PageParts } from "../parts.ts";
import { pauseOf } from "../pause.ts";
import { address, copied, type Html, timeOf } from "../shell.ts";
import { pathPicture } from "./path-picture.ts";
import { payloadTree } from "./payload-tree.ts";

/** One event: its facts, its path with a button for each processor, and its payload, whose values are masked until they are shown. */
export function eventPage(parts: PageParts): Hono {
  const { events, stage } = parts;
  const app = new Hono();
  app.get("/", async (context) => {
    const found = await eventIn(context);
    if (found === undefined) {
      const { source, id, received } = context.req.query();
      const absent = html`<p>No event of ${source} with the id ${id} was received at ${received}.</p>`;
      return await answer(context, parts, "Not found", absent, 404);
    }
    const isShown = context.req.query("show") === "1";
    const { source, type, id, received } = found.event;
    const self = { source, id, received };
    const { body } = (await payloadOf(events.archive, found.event)).event;
    return await answer(
      context,
      parts,
      `${source}/${type ?? "untyped"}`,
      html`${livePart(address("/event/live", self), becameOf(found, parts))}
<h2>Payload</h2>
<p class="links">${
        isShown
          ? html`<a href="${address("/event", self)}">Mask the values</a>`
          : html`<a href="${address("/event", { ...self, show: "1" })}">Show the values</a>`
      } ${copied(html`<a href="${address("/event/body", self)}">As JSON, all of it</a>`, address("/event/body", self))}</p>
${payloadTree(body, isShown) ?? html`<pre>${bodyText(body.subarray(0, 20_000), { whole: isShown })}</pre>`}
<h2>Commands</h2>
<ul class="lines">${commandsOf(found, stage.words).map((line) => html`<li>${copied(html`<code>${parts.typed(line)}</code>`)}</li>`)}
${found.processors.length === 0 ? "" : html`<li>${copied(html`<a href="${address("/event/test", self)}">The event as a test of its event file</a>`, address("/event/test", self))}</li>`}</ul>
<h2>Facts</h2>
${factsOf(found)}`,
    );
  });
  app.get("/body", async (context) => {
    const found = await eventIn(context);
    if (found === undefined) return context.text("There is no such event\n", 404);
    const { body } = (await payloadOf(events.archive, found.event)).event;
    // Never a type of its own: it is a sender's text, and may be markup.
    return context.body(body, 200, { "content-type": "text/plain; charset=utf-8" });
  });
  app.get("/test", async (context) => {
    const found = await eventIn(context);
    if (found === undefined || found.processors.length === 0) return context.text("There is no such event\n", 404);
    const { event } = await payloadOf(events.archive, found.event);
    const names = found.processors.map(({ processor }) => processor);
    return context.text(testOfEvent(names, event));
  });
  app.get("/live", async (context) => {
    const found = await eventIn(context);
    if (found === undefined) return context.body(null, 204);
    return liveAnswer(context, parts, async function* (signal) {
      const pause = pauseOf(stage, signal);
      for (; !signal.aborted; await pause()) {
        const [now] = await events.follow([found.event]);
        yield becameOf(now ?? found, parts);
      }
    });
  });
  return app;

  async function eventIn({ req }: Context): Promise<FollowedEvent | undefined> {
    const { source = "", id = "", received = "" } = req.query();
    const time = Date.parse(received);
    if (Number.isNaN(time)) throw new TypeError(`received takes a time in ISO 8601, received "${received}"`);
    return (await events.withId({ source, id, since: time, until: time + 1 }))[0];
  }
}

/** The part that may change while somebody looks. */
function becameOf(found: FollowedEvent, { forms }: PageParts): Html {
  const { event, state, processors } = found;
  const now = liveNow();
  const end = new Date(Date.parse(event.received) + 1).toISOString();
  const filter = { id: event.id, since: event.received, until: end };
  return html`<p><span class="${state}" role="status">${state}</span> <span class="dim">received ${timeOf(event.received, now)}, id</span> <code>${event.id}</code></p>
${pathPicture(found, now)}
${processors.map(
  (one) => html`<h2>${one.processor} <span class="${one.state}">${one.state}</span></h2>
${attemptsOf(one, now)}
<div class="actions">${one.state === "dead" ? forms.button("/dead/redrive", "Redrive", { processor: one.processor, id: event.id }) : ""}
${
  forms.isReadOnly
    ? ""
    : html`${one.state === "dead" ? html`<a href="${address("/dead/drop", { processor: one.processor, id: event.id })}">Drop…</a>` : ""}
<a href="${address("/replay/plan", { ...filter, source: event.source, to: one.processor, mode: one.state === "done" ? "again" : "missing" })}">Replay…</a>`
}</div>`,
)}`;
}

function attemptsOf(one: ProcessorState, now: number): Html {
  const { attempts, until, state, reason, stack, failed = [] } = one;
  const told = attempts === undefined ? "no attempt yet" : attemptsText(attempts);
  const rest = untoldAttempts(one);
  const next = state === "waiting" ? "next attempt " : "its lease ends ";
  const isTold = reason !== undefined && failed.length === 0 && state !== "done";
  return html`<p>${told}${until === undefined ? "" : html`, ${next}${timeOf(until, now)}`}</p>
${isTold ? html`<pre>${reason}</pre>` : ""}
${
  failed.length === 0
    ? ""
    : html`<ol>${failed.map(({ at, reason: why }) => html`<li>${timeOf(at, now)} failed: <code>${why}</code></li>`)}</ol>`
}
${rest > 0 ? html`<p class="dim">and ${rest} more, in the log of its processor</p>` : ""}
${stack === undefined || state === "done" ? "" : html`<p class="dim">The stack of the latest failure:</p><pre>${stack}</pre>`}`;
}

function factsOf({ event }: FollowedEvent): Html {
  const { source, type, coarseType, tenant, livemode, received, queues, object } = event;
  const fact = (name: string, value: string | undefined) =>
    value === undefined ? "" : html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<dl>
${fact("source", source)}
${fact("type", type ?? "none")}
${fact("coarser type", coarseType)}
${fact("tenant", tenant)}
${fact("live mode", livemode === undefined ? undefined : String(livemode))}
${fact("received", received)}
${fact("trace", event.trace)}
${fact("queues", queues?.length === 0 ? "none: no event file wanted it" : queues?.join(", "))}
${fact("archive", object.key)}
${fact("headers", "not kept")}
</dl>`;
}

/** The event on one's own machine, and sent anew. */
function commandsOf({ event, processors }: FollowedEvent, words: readonly string[]): readonly string[] {
  const { id, source, type = "_other", received } = event;
  const stage = words.map((word) => `${word} `).join("");
  const named = shellWord(`${source}/${type}`);
  return [
    `npm run events -- ${stage}get --id=${shellWord(id)} --source ${source} --since ${received} --save event.json`,
    ...processors.map(({ processor }) => `npm run hookline -- run ${shellWord(processor)} --event event.json`),
    `npm run send -- ${named} --id=${shellWord(id)} --body-file event.json.body`,
  ];
}
