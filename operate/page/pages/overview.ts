import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { Hono } from "hono";
import { html } from "hono/html";
import { deadCounts, openPlace } from "../../dead-events/dlq-place.ts";
import { checkAlarms } from "../../doctor/alarm-checks.ts";
import { examine } from "../../doctor/examine.ts";
import { type Finding, tableOf } from "../../doctor/finding.ts";
import { checkQueues } from "../../doctor/queue-checks.ts";
import { siteOf } from "../../doctor/site.ts";
import { checkSecrets } from "../../doctor/source-checks.ts";
import { hourMilliseconds } from "../../events/archive-bucket.ts";
import type { ArchivedEvent } from "../../events/archived-event.ts";
import { findEvents } from "../../events/find-events.ts";
import { createFold } from "../../events/fold.ts";
import { followNew } from "../../events/tail.ts";
import { sourceFigures } from "../../figures/source-figures.ts";
import { keptFacts } from "../../send/kept-delivery.ts";
import { liveAnswer, livePart } from "../live.ts";
import { answer, type PageParts } from "../parts.ts";
import { pauseOf } from "../pause.ts";
import { address, type Html } from "../shell.ts";
import { type Counts, createCounts, hoursTable, sourcesTable } from "./source-counts.ts";

/** The stage at a glance: faults on top, each with the command that mends it, and each source's last 24 hours. */
export function overviewPage(parts: PageParts): Hono {
  const { stage, forms, jobs, typed } = parts;
  const app = new Hono();
  app.get("/", async (context) => {
    const site = siteOf(stage, () => new Date());
    const found = await Promise.all([checkAlarms(site), checkSecrets(site), checkQueues(site)]);
    return await answer(
      context,
      parts,
      "Overview",
      html`<h2>Now</h2>
${faultsOf(found.flat(), typed)}
<div class="actions">${forms.button("/doctor", "Examine all")}</div>
<h2>The last 24 hours</h2>
${livePart("/live", tables(createCounts(Object.keys(stage.sources)).counts(), parts, false))}`,
    );
  });
  app.get("/live", (context) =>
    liveAnswer(context, parts, async function* (signal) {
      // The hours of the charts begin anew with each.
      while (!signal.aborted) yield* counted(parts, signal);
    }),
  );
  app.post("/doctor", (context) => {
    const job = jobs.begin(`Examine ${stage.name}`, async ({ tell }) => {
      const findings = await examine(siteOf(stage, () => new Date()));
      for (const [line] of tableOf(findings)) tell(line);
    });
    return context.redirect(`/job/${job.id}`, 303);
  });
  return app;
}

function faultsOf(findings: readonly Finding[], typed: PageParts["typed"]): Html {
  const wrong = findings.filter(({ state }) => state !== "ok");
  if (wrong.length === 0) {
    return html`<p class="ok">Nothing is wrong with the secrets, the DLQs, the mappings and the archive.</p>`;
  }
  return html`<ul class="lines">${wrong.map(
    ({ check, state, says, remedy }) =>
      html`<li><span class="${state}">${state}</span> ${check}: ${says}${remedy === undefined ? "" : html` → <code>${typed(remedy)}</code>`}</li>`,
  )}</ul>`;
}

function tables(counts: Counts, { stage }: PageParts, isWhole: boolean): Html {
  const says = isWhole ? "Counted from the archive." : "Counting the archive…";
  return html`${sourcesTable(counts, stage, (source) => address("/events", { source }))}
<p class="dim">${says} ${
    stage.run === undefined
      ? "Deliveries and refusals are CloudWatch's, of this hour and the 23 before it."
      : "Deliveries, duplicates and refusals are of the last 500 deliveries."
  }</p>
${hoursTable(counts)}`;
}

/** The tables while the archive is read, and then again with each look, for an hour. */
async function* counted(parts: PageParts, signal: AbortSignal) {
  const { stage, events } = parts;
  const now = Date.now();
  const { add, tellDead, tellAnswers, tellFigures, counts } = createCounts(Object.keys(stage.sources), now);
  if (stage.run === undefined) {
    const client = stage.clients.of("cloudwatch", CloudWatchClient);
    const names = Object.keys(stage.sources);
    tellFigures(await sourceFigures(client, { stage: stage.name, sources: names, now: new Date(now) }));
  }
  // Its first look notes what is there. Only then is that counted: an event that comes in between is in both, and counted once.
  const looks = followNew(events.archive, {}, { pause: pauseOf(stage, signal, 4), signal });
  await looks.next();
  const isRepeat = createFold();
  const addAll = (found: readonly ArchivedEvent[]) => found.filter((event) => !isRepeat(event)).forEach(add);
  let shown = now;
  for await (const found of findEvents(events.archive, { since: now - 24 * hourMilliseconds, until: Date.now() })) {
    addAll(found);
    if (signal.aborted) return;
    if (Date.now() - shown < 1000) continue;
    shown = Date.now();
    yield tables(counts(), parts, false);
  }
  const place = openPlace(stage);
  const pipelines = await place.pipelines();
  const told = async () => {
    tellDead(await deadCounts(place.sqs, pipelines));
    if (stage.run !== undefined) tellAnswers(await keptFacts(stage.run));
    return tables(counts(), parts, true);
  };
  yield await told();
  for await (const fresh of looks) {
    addAll(fresh);
    yield await told();
    if (Date.now() - now > hourMilliseconds) return;
  }
}
