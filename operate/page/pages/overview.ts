import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { Hono } from "hono";
import { html } from "hono/html";
import { logGroupName } from "../../../infra/log-queries.ts";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
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
import { insightsDuplicates } from "../../log-counts/insights.ts";
import { keptFacts } from "../../send/kept-delivery.ts";
import type { Job } from "../jobs.ts";
import { liveAnswer, livePart } from "../live.ts";
import { answer, type PageParts } from "../parts.ts";
import { pauseOf } from "../pause.ts";
import type { Html } from "../shell.ts";
import { createRegistrations } from "./registrations.ts";
import { type Counts, createCounts, hoursTable } from "./source-counts.ts";
import { type Setup, sourcesTable } from "./source-rows.ts";
import { openSecrets, type SecretState } from "./sources/secret-state.ts";

/** Facts beside the counts, which are asked for less often. */
type Beside = {
  readonly setupOf: (source: string) => Setup;
  /** Of a stage on AWS, once they were counted. */
  readonly duplicates?: { readonly at: Date; readonly bySource: ReadonlyMap<string, number> };
};

/** The stage at a glance: faults on top, each with the command that mends it, and each source's last 24 hours. */
export function overviewPage(parts: PageParts): Hono {
  const { stage, forms, jobs, typed, closing } = parts;
  const registrations = createRegistrations(stage, closing);
  let duplicates: Beside["duplicates"];
  const beside = (secrets?: ReadonlyMap<string, SecretState>): Beside => ({
    setupOf: (source) =>
      defined({
        secret: secrets?.get(source),
        // A provider reaches a local run by a tunnel, whose address is not known here.
        registration: stage.run === undefined ? registrations.stateOf(source) : undefined,
      }),
    ...defined({ duplicates }),
  });
  const app = new Hono();
  app.get("/", async (context) => {
    if (stage.run === undefined && context.req.query("count") === "1") {
      duplicates = await duplicatesOnAws(parts);
      // A page that is loaded again must not pay again.
      return context.redirect("/", 303);
    }
    const site = siteOf(stage, () => new Date());
    const found = await Promise.all([checkAlarms(site), checkSecrets(site), checkQueues(site)]);
    return await answer(
      context,
      parts,
      "Overview",
      html`<h2>Now</h2>
${faultsOf(found.flat(), typed)}
<div class="actions">${forms.button("/doctor", "Examine all")}</div>
${jobsOf(jobs.list())}
<h2>The last 24 hours</h2>
${livePart("/live", tables(createCounts(Object.keys(stage.sources)).counts(), parts, beside(), false))}
${stage.run === undefined ? askForDuplicates() : ""}`,
    );
  });
  app.get("/live", (context) =>
    liveAnswer(context, parts, async function* (signal) {
      const secrets = openSecrets(parts);
      // The hours of the charts begin anew with each.
      while (!signal.aborted) {
        const asked = stage.run === undefined ? registrations.ask() : Promise.resolve();
        const names = Object.keys(stage.sources);
        const states = new Map(
          await Promise.all(names.map(async (name) => [name, await secrets.stateOf(name)] as const)),
        );
        yield* counted(parts, signal, () => beside(states), asked);
      }
    }),
  );
  app.post("/doctor", (context) => {
    const job = jobs.begin(`Examine ${stage.name}`, async ({ tell, unlessStopped }) => {
      const findings = await unlessStopped(examine(siteOf(stage, () => new Date())));
      for (const [line] of tableOf(findings)) tell(line);
    });
    return context.redirect(`/job/${job.id}`, 303);
  });
  return app;
}

/** The latest jobs: one goes on where nobody looks. */
function jobsOf(all: readonly Job[]): Html | "" {
  if (all.length === 0) return "";
  const latest = all.slice(0, 5);
  return html`<h2>Jobs</h2>
<ul class="lines">${latest.map(
    ({ id, title, state }) => html`<li><span class="${state}">${state}</span> <a href="/job/${id}">${title}</a></li>`,
  )}</ul>`;
}

/** A query costs money, so it runs where somebody asks for it. */
function askForDuplicates(): Html {
  return html`<p class="dim">A query of CloudWatch Logs Insights counts the duplicates, and AWS charges for the bytes of the log that it reads (docs/cost.md has the price). <a href="/?count=1">Count those of the last 24 hours</a></p>`;
}

async function duplicatesOnAws({ stage }: PageParts): Promise<NonNullable<Beside["duplicates"]>> {
  const at = new Date();
  const log = { logGroupName: logGroupName(stage.name, "verifier"), now: at };
  return { at, bySource: await insightsDuplicates(stage.clients.of("logs", CloudWatchLogsClient), log) };
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

function tables(counts: Counts, { stage }: PageParts, { setupOf, duplicates }: Beside, isWhole: boolean): Html {
  const says = isWhole ? "Counted from the archive." : "Counting the archive…";
  const until =
    duplicates === undefined
      ? ""
      : html` Duplicates are of the 24 hours until ${duplicates.at.toISOString().slice(0, 16)}Z.`;
  return html`${sourcesTable(counts, stage, setupOf)}
<p class="dim">${says} ${
    stage.run === undefined
      ? html`Deliveries and refusals are CloudWatch's, of this hour and the 23 before it.${until}`
      : "Deliveries, duplicates and refusals are of the last 500 deliveries."
  }</p>
${hoursTable(counts)}`;
}

/** The tables while the archive is read, and then again with each look, for an hour. `asked` resolves once the providers have answered. */
async function* counted(parts: PageParts, signal: AbortSignal, besideNow: () => Beside, asked: Promise<void>) {
  const { stage, events } = parts;
  const now = Date.now();
  const { add, tellDead, tellAnswers, tellFigures, tellDuplicates, counts } = createCounts(
    Object.keys(stage.sources),
    now,
  );
  const shownNow = (isWhole: boolean) => {
    const beside = besideNow();
    if (beside.duplicates !== undefined) tellDuplicates(beside.duplicates.bySource);
    return tables(counts(), parts, beside, isWhole);
  };
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
    yield shownNow(false);
  }
  const place = openPlace(stage);
  const pipelines = await place.pipelines();
  const told = async () => {
    tellDead(await deadCounts(place.sqs, pipelines));
    if (stage.run !== undefined) tellAnswers(await keptFacts(stage.run));
    return shownNow(true);
  };
  yield await told();
  // A provider that is slow is shown with a later look.
  await Promise.race([asked, pauseOf(stage, signal)()]);
  yield shownNow(true);
  for await (const fresh of looks) {
    addAll(fresh);
    yield await told();
    if (Date.now() - now > hourMilliseconds) return;
  }
}
