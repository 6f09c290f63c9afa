import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { Hono } from "hono";
import { html } from "hono/html";
import { logGroupName } from "../../../../infra/log-queries.ts";
import { defined } from "../../../../lambdas/core/bytes/defined.ts";
import type { DeliveryFacts } from "../../../../local/entrances/kept-deliveries.ts";
import type { LocalRun } from "../../../../local/local-run.ts";
import { insightsRefusals, type Refusals } from "../../../log-counts/insights.ts";
import { keptFacts } from "../../../send/kept-delivery.ts";
import { liveAnswer, liveNow, livePart } from "../../live.ts";
import { answer, type PageParts } from "../../parts.ts";
import { pauseOf } from "../../pause.ts";
import { address, cut, type Html, table, timeOf } from "../../shell.ts";
import { barChart } from "./bar-chart.ts";
import { reasonOf, refusedDeliveryPage } from "./refused-delivery.ts";

const rowsOfPage = 100;

/** The part of the refused deliveries that is shown, as it stands in the address. */
type Shown = { readonly source?: string; readonly reason?: string; readonly before?: string };

/** Refused deliveries: of the local run each one, and of a stage on AWS their numbers, once somebody asks for them. */
export function refusedPage(parts: PageParts): Hono {
  const { run } = parts.stage;
  const app = new Hono();
  if (run === undefined) {
    app.get("/", async (context) => {
      const content = context.req.query("count") === "1" ? await countsOnAws(parts) : askFirst();
      return await answer(context, parts, "Refused", content);
    });
    return app;
  }
  app.get("/", async (context) => {
    const shown = shownIn(context.req.query());
    const list = await listOf(run, shown);
    const isNewest = shown.before === undefined;
    return await answer(
      context,
      parts,
      "Refused",
      html`<p class="dim">Of the last 500 deliveries to the local run, which keeps them in memory.</p>
${shown.source === undefined && isNewest ? "" : html`<p class="links"><a href="/refused">All refused deliveries</a></p>`}
${isNewest ? livePart(address("/refused/live", shown), list) : list}`,
    );
  });
  app.get("/live", (context) => {
    const shown = shownIn(context.req.query());
    return liveAnswer(context, parts, async function* (signal) {
      const pause = pauseOf(parts.stage, signal);
      for (; !signal.aborted; await pause()) yield await listOf(run, shown);
    });
  });
  app.route("/", refusedDeliveryPage(parts, run));
  return app;
}

function shownIn({ source, reason, before }: Readonly<Record<string, string>>): Shown {
  return defined({ source: source || undefined, reason: reason || undefined, before: before || undefined });
}

/** Whether a delivery was not answered with 2xx. */
function isRefused({ status }: DeliveryFacts): boolean {
  return status < 200 || status > 299;
}

/** The delivery's source. Paths of others are a sender's words: they count as one. */
function sourceOf({ source }: DeliveryFacts, run: LocalRun): string {
  return source !== undefined && Object.hasOwn(run.sources, source) ? source : "no source";
}

async function listOf(run: LocalRun, { source, reason, before }: Shown): Promise<Html> {
  const now = liveNow();
  const all = (await keptFacts(run)).filter(
    (one) =>
      isRefused(one) &&
      (source === undefined || sourceOf(one, run) === source) &&
      (reason === undefined || reasonOf(one) === reason),
  );
  if (all.length === 0) return html`<p>No delivery was refused.</p>`;
  const counted = new Map<string, Refusals>();
  for (const one of all) {
    const [of, why] = [sourceOf(one, run), reasonOf(one)];
    const key = JSON.stringify([of, why]);
    counted.set(key, { source: of, reason: why, refusals: (counted.get(key)?.refusals ?? 0) + 1 });
  }
  const from = before === undefined ? all : all.filter(({ number }) => number < Number(before));
  const rows = from.slice(0, rowsOfPage);
  const last = from.length > rows.length ? rows.at(-1)?.number : undefined;
  return html`${barChart(
    all.map(({ answered }) => Date.parse(answered)),
    now,
  )}
${countsTable(
  [...counted.values()].sort((one, other) => other.refusals - one.refusals),
  (one) => html`<a href="${address("/refused", { source: one.source, reason: one.reason })}">${one.reason}</a>`,
)}
<h2>Newest first</h2>
${table(
  ["Number", "Status", "Reason", "Method", "Path", "Answered"],
  rows.map((one) => rowOf(one, now)),
  "deliveries",
)}
${last === undefined ? "" : html`<p class="links"><a rel="next" href="${address("/refused", defined({ source, reason, before: String(last) }))}">Older</a></p>`}`;
}

function rowOf(one: DeliveryFacts, now: number): Html {
  const { number, status, method, path, answered } = one;
  return html`<tr>
<td><a href="/refused/${number}">${number}</a></td>
<td class="dead">${status}</td><td title="${reasonOf(one)}">${reasonOf(one)}</td><td>${method}</td>
<td class="id" title="${cut(path, 200)}">${cut(path, 80)}</td><td>${timeOf(answered, now)}</td></tr>`;
}

/** Numbers by source and reason. */
function countsTable(all: readonly Refusals[], reasonFor: (one: Refusals) => Html | string): Html {
  return table(
    ["Source", "Reason", "Refused"],
    all.map((one) => html`<tr><td>${one.source}</td><td>${reasonFor(one)}</td><td>${one.refusals}</td></tr>`),
  );
}

/** A query costs money, so it runs where somebody asks for it. */
function askFirst(): Html {
  return html`<p>A stage on AWS keeps no refused delivery: its log has the reason of each. A query of CloudWatch Logs Insights counts them, and AWS charges for the bytes of the log that it reads (docs/cost.md has the price).</p>
<p class="links"><a href="/refused?count=1">Count the refused deliveries of the last 24 hours</a></p>`;
}

async function countsOnAws({ stage }: PageParts): Promise<Html> {
  const client = stage.clients.of("logs", CloudWatchLogsClient);
  const log = { logGroupName: logGroupName(stage.name, "verifier"), now: new Date() };
  const { logged: all, notLogged } = await insightsRefusals(client, log);
  if (all.length === 0 && notLogged.length === 0) return html`<p>No delivery was refused in the last 24 hours.</p>`;
  const fits = (sibling: string) => html` <span class="dim">its headers fit ${sibling} better</span>`;
  return html`<p>In the last 24 hours:</p>
${countsTable(all, ({ reason, sibling }) => html`${reason}${sibling === undefined ? "" : fits(sibling)}`)}
${notLogged.map(
  ({ source, refusals }) =>
    html`<p class="dim">At least ${refusals} more of ${source === "" ? "no source" : source} have no line in the log, and so no reason here: too many came in a minute. The figure Refused counts all of them.</p>`,
)}
<p class="dim">npm run why says why one was refused, where its bytes were saved.</p>`;
}
