import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { splitEventName } from "../../../../infra/build/event-files.ts";
import { providers } from "../../../../lambdas/providers/mod.ts";
import type { LocalRun } from "../../../../local/local-run.ts";
import { asItCame, keptFacts, keptWithNumber, signedAnew } from "../../../send/kept-delivery.ts";
import { type MakeOutgoing, postEvents, type Sent } from "../../../send/post.ts";
import { noIdOf, noTimestampOf, receiverOf, samenessOf, sampleDelivery } from "../../../send/sample-delivery.ts";
import { type SendTarget, sendTarget } from "../../../send/send-target.ts";
import { timesLine } from "../../../send/summary.ts";
import { shellWord } from "../../../shell-word.ts";
import { fieldsOf } from "../../forms.ts";
import { answer, type PageParts } from "../../parts.ts";
import { address, type Html, table, timeOf } from "../../shell.ts";
import { choice, type SendFields, sendForm, variants } from "./send-form.ts";

/** So many are answered in one page. */
const mostDeliveries = 100;

/**
 * Signs samples and other bodies for the local run, or for a stage on AWS with `allowSend: true`. It repeats what came to the
 * local run, which alone keeps deliveries.
 */
export function sendPage(parts: PageParts): Hono {
  const { stage, forms } = parts;
  const app = new Hono();
  if (!stage.allowSend) {
    app.get("/", async (context) => await answer(context, parts, "Send", elsewhere(parts)));
    return app;
  }
  const { run } = stage;
  const target = sendTarget(stage);
  app.get("/", async (context) => await page(context, context.req.query()));
  app.post("/", async (context) => {
    const given = await fieldsOf(context);
    const [times, events] = [countIn("times", given.times), countIn("events", given.events)];
    if (times * events > mostDeliveries) {
      throw new TypeError(
        `times by events is at most ${mostDeliveries}, received ${times * events}; npm run send sends more`,
      );
    }
    const make = await outgoingOf(target, given, events);
    return await page(context, given, await post(make, { times, events }));
  });
  if (run === undefined) return app;
  app.post("/repeat", async (context) => {
    const { number, signed } = await fieldsOf(context);
    const kept = await keptWithNumber(run, Number(number));
    if (kept === undefined) throw new TypeError("The local run has this delivery no more: it keeps the last 500");
    const delivery = asItCame(kept, run.functionUrl);
    const source = run.sources[kept.source ?? ""];
    const provider = providers[source?.provider ?? ""];
    const make = async () => {
      if (signed !== "anew") return { delivery, id: kept.id ?? "" };
      if (source === undefined || provider === undefined) throw new TypeError("It came to a path that no source has");
      return { delivery: await signedAnew(delivery, provider, receiverOf(source)), id: kept.id ?? "" };
    };
    return await page(context, {}, await post(make, { times: 1, events: 1 }));
  });
  return app;

  async function page(context: Context, given: SendFields, answers: Html | "" = "") {
    return await answer(
      context,
      parts,
      "Send",
      html`${answers}
${run === undefined && !forms.isReadOnly ? forRealNote(stage) : ""}
${forms.isReadOnly ? html`<p>This page is read-only: it sends nothing.</p>` : [choice(target, given), sendForm(forms, target, given)]}
${run === undefined ? "" : await lastOf(run)}`,
    );
  }

  /** The latest delivery, and buttons that repeat it. */
  async function lastOf(local: LocalRun): Promise<Html> {
    const [last] = await keptFacts(local);
    if (last === undefined) return html`<p class="dim">Nothing has come to the local run yet.</p>`;
    const { number, method, path, status, outcome = "", answered } = last;
    return html`<h2>The latest delivery</h2>
<p>${method} ${path}: ${status} ${outcome} <span class="dim">${timeOf(answered, Date.now())}</span></p>
<div class="actions">${forms.button("/send/repeat", "Repeat it as it came", { number: String(number) })}
${forms.button("/send/repeat", "Repeat it, signed anew", { number: String(number), signed: "anew" })}</div>`;
  }
}

/** Posts, and says how each was answered. */
async function post(make: MakeOutgoing, given: { readonly times: number; readonly events: number }): Promise<Html> {
  const begun = performance.now();
  const all = await postEvents(make, given);
  return html`<div role="status">${table(["Status", "Outcome", "Id", "Milliseconds"], all.map(rowOf))}</div>
<p class="dim">${timesLine(all, performance.now() - begun)}</p>`;
}

function rowOf({ status, outcome, id, milliseconds }: Sent): Html {
  const isGood = status >= 200 && status < 300;
  return html`<tr>
<td class="${isGood ? "ok" : "dead"}">${status}</td>
<td>${isGood ? outcome : html`<a href="/refused">${outcome}</a>`}</td>
<td class="id">${id === "" || !isGood ? id : html`<a href="${address("/events", { id })}">${id}</a>`}</td>
<td>${Math.round(milliseconds)}</td></tr>`;
}

/** @throws {TypeError} For what cannot be sent. A secret is read for nothing else. */
async function outgoingOf(target: SendTarget, given: SendFields, events: number): Promise<MakeOutgoing> {
  const { source = "", type = "" } = splitEventName(`${given.source}/${given.type}`) ?? {};
  const provider = Object.hasOwn(target.sources, source) ? providers[target.sources[source] ?? ""] : undefined;
  if (provider === undefined || type === "") {
    throw new TypeError(`Choose a source of the stage and a type, received "${given.source}/${given.type}"`);
  }
  const how = given.how ?? "";
  if (!(variants as readonly string[]).includes(how)) {
    throw new TypeError(`how is one of ${variants.join(", ")}, received "${how}"`);
  }
  const noId = given.id ? noIdOf(provider) : undefined;
  const noTimestamp = how === "stale" ? noTimestampOf(provider) : undefined;
  const body = given.body ? { body: new TextEncoder().encode(given.body.replaceAll("\r\n", "\n")) } : {};
  const content = { provider, type, ...body, stale: how === "stale", tamper: how === "tampered" };
  const same = events === 1 ? undefined : given.id ? "an id is the id of one" : samenessOf(content);
  const why = noId ?? noTimestamp ?? same;
  if (why !== undefined) throw new TypeError(`Cannot send this: ${why}`);
  const receiver = await target.receiverOf(source);
  return async () => {
    const id = given.id || crypto.randomUUID();
    return { delivery: await sampleDelivery(id, { ...content, ...receiver }), id };
  };
}

function countIn(name: string, text = "1"): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new TypeError(`${name} takes a whole number from 1 on, received "${text}"`);
}

/** Says where a delivery goes from here, and that it has an effect there. */
function forRealNote({ place }: PageParts["stage"]): Html {
  return html`<p class="warn" role="note">This is a deployed stage. What you send is signed with the secret of its source, and the event files run for real.
<br>${place}</p>`;
}

function elsewhere({ stage, typed }: PageParts): Html {
  const [source = "<source>"] = Object.keys(stage.sources);
  const words = ["npm run send --", `${source}/<type>`, "--url", shellWord(`${stage.url}/${source}`)];
  return html`<p>This page sends to the local run, and to a stage on AWS that was deployed with <code>allowSend: true</code>. This stage was not. Where test events may run in it, set that in ${typed("infra/config.ts")} and deploy it again.</p>
<p>A command sends to it as it is, with a secret that you give to it:</p>
<pre>${typed(`${words.join(" ")} --secret-file secret.txt`)}</pre>`;
}
