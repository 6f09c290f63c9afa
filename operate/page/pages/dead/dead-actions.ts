import { join } from "node:path";
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { type Acting, eventsText, type Report } from "../../../dead-events/acting.ts";
import type { Place } from "../../../dead-events/dlq-place.ts";
import { dropWanted, saveWanted } from "../../../dead-events/drop-wanted.ts";
import { redriveAll, redriveWanted } from "../../../dead-events/redrive-wanted.ts";
import { fieldsOf } from "../../forms.ts";
import { answer, type PageParts } from "../../parts.ts";
import { address } from "../../shell.ts";
import { askedIn, lookAt, reading } from "./dead-look.ts";
import { cutOf, noneOf, reasonsOf } from "./dead-tables.ts";

/** Redrives, saves and drops dead events, each as a job. */
export function deadActions(parts: PageParts, place: Place): Hono {
  const { forms, jobs, closing } = parts;
  const app = new Hono();
  app.post("/redrive", async (context) => {
    const { pipeline, filter } = await askedIn(await fieldsOf(context), place);
    const isSome = Object.keys(filter).length > 0;
    return begin(context, `Redrive ${pipeline.name}`, async (acting) =>
      isSome ? await redriveWanted(pipeline, { ...acting, filter }) : await redriveAll(pipeline, acting),
    );
  });
  app.post("/save", async (context) => {
    const fields = await fieldsOf(context);
    const { pipeline, filter } = await askedIn(fields, place);
    const folder = folderAt(parts, fields.at);
    return begin(context, `Save ${pipeline.name}`, async (acting) =>
      saveWanted([pipeline], { ...acting, filter }, folder),
    );
  });
  app.get("/drop", async (context) => {
    const asked = await askedIn(context.req.query(), place);
    const found = await lookAt(asked, place, AbortSignal.any([context.req.raw.signal, closing]));
    const { name } = asked.pipeline;
    const count = found.events.length;
    const at = new Date().toISOString();
    // The button drops the events that it was made for: none that has died since.
    const letters = found.events.map(({ letter }) => letter.MessageId).join(" ");
    const button = forms.button("/dead/drop", `Drop ${eventsText(count)} for good`, { processor: name, letters, at });
    const says = html`<p>Dropped events are in no queue any more. Before, each is saved into ${folderAt(parts, at)}.</p>
${reasonsOf(asked, found)}${cutOf(asked, found)}
<div class="actions">${button}<a href="${address("/dead", { processor: name, ...asked.given })}">Back</a></div>`;
    const none = html`<p>${noneOf(asked, found)}</p>${cutOf(asked, found)}`;
    return await answer(context, parts, `Drop ${eventsText(count)} of ${name}`, count === 0 ? none : says);
  });
  app.post("/drop", async (context) => {
    const fields = await fieldsOf(context);
    const { pipeline } = await askedIn({ processor: fields.processor ?? "" }, place);
    const letters = new Set(fields.letters?.split(" ").filter((one) => one !== ""));
    if (letters.size === 0) throw new TypeError("letters takes the ids of the letters to drop, received none");
    const folder = folderAt(parts, fields.at);
    return begin(context, `Drop ${pipeline.name}`, async (acting, tell) =>
      dropWanted(pipeline, { ...acting, filter: { letters } }, folder, async (lines, count) => {
        for (const line of lines) tell(line);
        if (count < letters.size) tell(`${letters.size - count} of ${letters.size} were not found again`);
        return true;
      }),
    );
  });
  return app;

  function begin(
    context: Context,
    title: string,
    act: (acting: Omit<Acting, "filter">, tell: (line: string) => void) => Promise<Report>,
  ): Response {
    const job = jobs.begin(title, async ({ signal, tell, progress }) => {
      const { isDone, lines } = await act({ place, ...reading, signal, progress }, tell);
      if (!isDone && !signal.aborted) throw new TypeError(lines.join("; "));
      for (const line of lines) tell(line);
    });
    return context.redirect(`/job/${job.id}`, 303);
  }
}

/** The folder of the events that an action saves, by the time at which its button was made. @throws {TypeError} For another text. */
export function folderAt({ stage, folder }: Pick<PageParts, "stage" | "folder">, at = ""): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)) {
    throw new TypeError(`at takes a time as 2026-01-05T10:00:00.000Z, received "${at}"`);
  }
  return join(folder, "dead", `${stage.name}-${at}`.replaceAll(/[^\w-]/g, "-"));
}
