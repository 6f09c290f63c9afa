import { Hono } from "hono";
import { html } from "hono/html";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { openReplays, type Replays } from "../../replay/open-replays.ts";
import type { WantedReplay } from "../../replay/replay.ts";
import { input, select } from "../fields.ts";
import { fieldsOf } from "../forms.ts";
import { answer, type PageParts } from "../parts.ts";
import { address } from "../shell.ts";
import { filterIn, type ListFilter, searchOf } from "./list-filter.ts";

const perSecond = 20;
/** It stops by itself once so many of its copies are dead. */
const mostDead = 10;

/** Plans a replay of the events of a filter, and runs it once it is confirmed. */
export function replayPage(parts: PageParts): Hono {
  const { stage, forms, jobs } = parts;
  const app = new Hono();
  /** The jobs of plans that were confirmed: a second click begins no second replay. */
  const jobOfPlan = new Map<string, number>();
  app.get("/", async (context) => {
    const { to, mode = "missing", tests = "no" } = context.req.query();
    const filter = filterIn(context.req.query());
    const names = stage.events
      .filter(({ source, options }) => options.retired !== true && (filter.source ?? source) === source)
      .map(({ name }) => name);
    const content = html`<form class="filter" action="/replay/plan">
${select("to", names, to)}
${select("mode", ["missing", "again"], mode)}
${select("tests", ["no", "yes"], tests)}
${input("type", filter.type)}
${input("tenant", filter.tenant)}
${input("id", filter.id)}
${input("since", filter.since, "24h")}
${input("until", filter.until)}
<button>Plan</button>
</form>
<p class="dim">missing runs what never ran to its end; again runs what is done once more; tests are events that the provider marks as such. The state of the list is no part of it.</p>`;
    return await answer(context, parts, "Replay", content);
  });
  app.get("/plan", (context) => {
    const { to, mode = "missing", tests = "no" } = context.req.query();
    const filter = filterIn(context.req.query());
    const replays = openReplays(stage);
    const wanted = wantedIn(defined({ ...filter, to, mode, tests }), replays);
    // The replay is of the plan's time: what comes meanwhile is no part of it, and its start does not move on.
    const [since = "", until = ""] = [wanted.since, wanted.until].map((time) => new Date(time).toISOString());
    const asked = defined({ ...filter, to, mode, tests, since, until });
    const plan = crypto.randomUUID();
    const job = jobs.begin("Plan of a replay", async ({ signal, tell, show }) => {
      const { copies, lines } = await replays.plan(wanted, perSecond, (events) => {
        signal.throwIfAborted();
        show(html`<p>${events} events looked at</p>`);
      });
      for (const line of lines) tell(line);
      const label = `Send ${copies} ${copies === 1 ? "copy" : "copies"}`;
      show(html`<div class="actions">${copies === 0 ? "" : forms.button("/replay", label, { ...asked, plan, copies: String(copies) })}
<a href="${address("/replay", asked)}">Change it</a></div>`);
    });
    return context.redirect(`/job/${job.id}`, 303);
  });
  app.post("/", async (context) => {
    const replays = openReplays(stage);
    const fields = await fieldsOf(context);
    const wanted = wantedIn(fields, replays);
    const { plan = "" } = fields;
    const begunBefore = jobOfPlan.get(plan);
    if (begunBefore !== undefined) return context.redirect(`/job/${begunBefore}`, 303);
    const begun = replays.begin(wanted, { perSecond, copies: copiesIn(fields) });
    const job = jobs.begin(`Replay ${begun.id}`, async ({ signal, tell, progress }) => {
      const { id, sent, dead, state } = await replays.run(begun, wanted, {
        ...{ mostDead, signal },
        progress: (manifest) => progress(manifest.sent, manifest.copies),
      });
      tell(`replay ${id} is ${state}: ${sent} sent, ${dead} of them dead`);
      if (state !== "done") tell(`it goes on by npm run replay -- ${[...stage.words, "--resume", id].join(" ")}`);
    });
    jobOfPlan.set(plan, job.id);
    return context.redirect(`/job/${job.id}`, 303);
  });
  return app;
}

/** @throws {TypeError} For a processor or a mode that cannot be. */
function wantedIn(
  fields: ListFilter & { readonly [Name in "to" | "mode" | "tests"]?: string },
  replays: Replays,
): WantedReplay {
  const { to = "", mode, tests } = fields;
  if (mode !== "missing" && mode !== "again") throw new TypeError(`mode is missing or again, received "${mode}"`);
  const { since, until, type, tenant, id, trace } = searchOf(filterIn(fields), Date.now());
  return {
    filter: defined({ type, tenant, id, trace }),
    since,
    until,
    to: replays.targets([to], mode),
    mode,
    tests: tests === "yes",
  };
}

/** The number of copies that the plan found, and somebody agreed to. */
function copiesIn({ copies = "" }: Readonly<Record<string, string>>): number {
  if (/^\d{1,9}$/.test(copies)) return Number(copies);
  throw new TypeError(`copies takes the number of the plan, received "${copies}"`);
}
