import { Hono } from "hono";
import { html } from "hono/html";
import type { Job } from "../jobs.ts";
import { liveAnswer, livePart } from "../live.ts";
import { answer, type PageParts } from "../parts.ts";
import type { Html } from "../shell.ts";

/** A job: how far it has come, its lines, and a button that stops it. It goes on where nobody looks. */
export function jobPage(parts: PageParts): Hono {
  const { jobs } = parts;
  const app = new Hono();
  const idOf = (text: string) => Number(text);
  app.get("/:id", async (context) => {
    const job = jobs.find(idOf(context.req.param("id")));
    if (job === undefined) return await answer(context, parts, "Not found", absent(), 404);
    return await answer(context, parts, job.title, livePart(`/job/${job.id}/live`, seen(job, parts)));
  });
  app.get("/:id/live", (context) => {
    const id = idOf(context.req.param("id"));
    if (jobs.find(id) === undefined) return context.body(null, 204);
    return liveAnswer(context, parts, (signal) => changes(parts, id, signal));
  });
  app.post("/:id/stop", (context) => {
    const id = idOf(context.req.param("id"));
    jobs.stop(id);
    return context.redirect(`/job/${id}`, 303);
  });
  return app;
}

async function* changes(parts: PageParts, id: number, signal: AbortSignal) {
  const { jobs } = parts;
  for (let job = jobs.find(id); job !== undefined && !signal.aborted; job = jobs.find(id)) {
    const changed = jobs.changed(id, signal);
    yield seen(job, parts);
    await changed;
  }
}

function seen({ id, state, lines, progress, shown }: Job, { typed, forms }: PageParts): Html {
  return html`<p class="${state}" role="status">${state}${
    progress === undefined ? "" : `: ${progress.done} of ${progress.of}`
  }</p>
${progress === undefined ? "" : html`<progress value="${progress.done}" max="${Math.max(1, progress.of)}" aria-label="progress"></progress>`}
<ul class="lines">${lines.map((line) => html`<li>${typed(line)}</li>`)}</ul>
${shown}
${state === "running" ? forms.button(`/job/${id}/stop`, "Stop") : ""}`;
}

function absent(): Html {
  return html`<p>There is no such job: they are kept until the page is closed.</p>`;
}
