import { Buffer } from "node:buffer";
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { DeliveryFacts, KeptDelivery } from "../../../../local/entrances/kept-deliveries.ts";
import type { LocalRun } from "../../../../local/local-run.ts";
import { bodyText } from "../../../events/masked.ts";
import { keptWithNumber } from "../../../send/kept-delivery.ts";
import { explain } from "../../../why/explain.ts";
import { keptAttempt } from "../../../why/why-refused.ts";
import { answer, type PageParts } from "../../parts.ts";
import { address, cut, type Html, timeOf } from "../../shell.ts";
import { payloadTree } from "../payload-tree.ts";

/** Headers whose values say how a request is written, and not by whom. Another one may hold a secret, as Hotmart's hottok does. */
const plainHeaders = /^(accept|accept-encoding|content-encoding|content-length|content-type|host|user-agent)$/;
const longestHeader = 500;
const mostHeaders = 100;

/** A delivery that the local run has kept: why it was refused, and its request, whose values are masked until they are shown. */
export function refusedDeliveryPage(parts: PageParts, run: LocalRun): Hono {
  const app = new Hono();
  app.get("/:number", async (context) => {
    const kept = await keptIn(context);
    if (kept === undefined) {
      const gone = html`<p>The local run does not have this delivery: it keeps the last 500.</p>`;
      return await answer(context, parts, "Not found", gone, 404);
    }
    const isShown = context.req.query("show") === "1";
    const here = `/refused/${kept.number}`;
    const number = String(kept.number);
    const body = Buffer.from(kept.body, "base64");
    return await answer(
      context,
      parts,
      `${kept.status} ${reasonOf(kept)}`,
      html`<p class="dim">Answered ${timeOf(kept.answered, Date.now())}, after ${kept.milliseconds} ms</p>
<h2>Why</h2>
${await whyOf(run, kept)}
<div class="actions">${parts.forms.button("/send/repeat", "Repeat it as it came", { number })}
${parts.forms.button("/send/repeat", "Repeat it, signed anew", { number, signed: "anew" })}</div>
<h2>Request</h2>
<p class="links">${
        isShown
          ? html`<a href="${here}">Mask the values</a>`
          : html`<a href="${address(here, { show: "1" })}">Show the values</a>`
      } <a href="${here}/body">All of the body</a></p>
<pre>${requestLines(kept, isShown)}</pre>
<h2>Body</h2>
${payloadTree(body, isShown) ?? html`<pre>${bodyText(body.subarray(0, 20_000), { whole: isShown })}</pre>`}`,
    );
  });
  app.get("/:number/body", async (context) => {
    const kept = await keptIn(context);
    if (kept === undefined) return context.text("There is no such delivery\n", 404);
    // Never a type of its own: it is a sender's text, and may be markup.
    return context.body(Buffer.from(kept.body, "base64"), 200, { "content-type": "text/plain; charset=utf-8" });
  });
  return app;

  async function keptIn({ req }: Context<object, "/:number">): Promise<KeptDelivery | undefined> {
    const number = Number(req.param("number"));
    return Number.isSafeInteger(number) ? await keptWithNumber(run, number) : undefined;
  }
}

/** How a delivery was refused, in one word where its answer has one. */
export function reasonOf({ status, outcome }: Pick<DeliveryFacts, "status" | "outcome">): string {
  return outcome ?? `status ${status}`;
}

async function whyOf(run: LocalRun, kept: KeptDelivery): Promise<Html> {
  const came = keptAttempt(run, kept);
  if (came === undefined) {
    return html`<p>It came to a path that no source has; there are ${Object.keys(run.sources).join(", ")}.</p>`;
  }
  const { verdict, lines } = await explain(came.attempt, came);
  const other =
    verdict === "verified" && kept.status > 299
      ? html`<li>Its signature is not why it was refused: see the reason, and the log of the run.</li>`
      : "";
  return html`<ul class="lines">${lines.map((line) => html`<li>${line}</li>`)}${other}</ul>`;
}

/** The request line and the headers. A query may hold a token. */
function requestLines({ method, target, headers }: KeptDelivery, isShown: boolean): string {
  const [path = "", query] = target.split(/\?(.*)/s);
  const line = isShown || query === undefined ? target : `${path}?<text of ${query.length}>`;
  const shown = headers.slice(0, mostHeaders).map(([name, value]) => {
    const text =
      isShown || plainHeaders.test(name.toLowerCase()) ? cut(value, longestHeader) : `<text of ${value.length}>`;
    return `${name}: ${text}`;
  });
  const rest = headers.length > mostHeaders ? [`and ${headers.length - mostHeaders} more`] : [];
  return [`${method} ${cut(line, longestHeader)}`, ...shown, ...rest].join("\n");
}
