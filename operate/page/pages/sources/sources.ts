import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { Hono } from "hono";
import { html } from "hono/html";
import { logGroupName } from "../../../../infra/log-queries.ts";
import { ignoredTypes } from "../../../log-counts/ignored-types.ts";
import { insightsIgnored } from "../../../log-counts/insights.ts";
import { localCounts } from "../../../log-counts/local-counts.ts";
import { type DescribedSource, describeSources, nextStep, typeTexts } from "../../../sources/describe-sources.ts";
import { answer, type PageParts } from "../../parts.ts";
import { type Html, table } from "../../shell.ts";
import { openSecrets, type SecretState, secretText } from "./secret-state.ts";
import { sourcePage } from "./source.ts";

/** The sources: what to enter at the provider of each, whether its secret is set, and the types that came and have no file. */
export function sourcesPage(parts: PageParts): Hono {
  const { stage } = parts;
  const secrets = openSecrets(parts);
  const app = new Hono();
  app.get("/", async (context) => {
    const described = describeSources(stage, []);
    const states = await Promise.all(described.map(async ({ source }) => await secrets.stateOf(source)));
    return await answer(
      context,
      parts,
      "Sources",
      html`${
        described.length === 0
          ? html`<p>There is no source yet: write lambdas/events/&lt;source&gt;/&lt;event type&gt;.ts</p>`
          : table(
              ["Source", "Secret", "URL", "Event types", "Then"],
              described.map((one, index) => rowOf(one, states[index], parts)),
            )
      }
<h2>Types that came and have no event file</h2>
${await cameOf(parts, context.req.query("count") === "1")}`,
    );
  });
  app.route("/", sourcePage(parts, secrets));
  return app;
}

function rowOf(one: DescribedSource, secret: SecretState | undefined, { stage, typed }: PageParts): Html {
  const { source, provider, url, types } = one;
  const listed = typeTexts(types);
  const [first = "none: deliveries are ignored"] = listed;
  return html`<tr>
<td><a href="/sources/${source}">${source}</a>${source === provider ? "" : html` <span class="dim">${provider}</span>`}</td>
<td>${secret === undefined ? "" : secretText(secret, Date.now())}</td>
<td><code>${url}</code></td>
<td>${listed.length > 1 ? `${first} and ${listed.length - 1} more` : first}</td>
<td>${listed.length === 0 ? "" : html`<code>${typed(nextStep(one, stage.words))}</code>`}</td></tr>`;
}

/** Counted at once in the local run; on AWS by a query, which costs money. */
async function cameOf({ stage, typed }: PageParts, isAsked: boolean): Promise<Html> {
  const { run, name } = stage;
  if (run === undefined && !isAsked) {
    return html`<p>A query of CloudWatch Logs Insights counts them, and AWS charges for the bytes of the log that it reads (docs/cost.md has the price).</p>
<p class="links"><a href="/sources?count=1">Count those of the last 24 hours</a></p>`;
  }
  const log = { logGroupName: logGroupName(name, "verifier"), now: new Date() };
  const counts =
    run === undefined
      ? { ...(await insightsIgnored(stage.clients.of("logs", CloudWatchLogsClient), log)), siblings: [], notLogged: [] }
      : await localCounts(run);
  const { listed, more } = ignoredTypes(counts, stage);
  if (listed.length === 0) return html`<p>None.</p>`;
  return html`<ul class="lines">${listed.map(({ says, remedy }) => html`<li>${says}: <code>${typed(remedy)}</code></li>`)}
${more === undefined ? "" : html`<li>${more}</li>`}</ul>`;
}
