import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { storedApiKey } from "../../../endpoints/api-key.ts";
import { endpointApis } from "../../../endpoints/endpoint-apis.ts";
import { compareEndpoint } from "../../../endpoints/endpoint-lines.ts";
import { openEnd, ownerFor } from "../../../endpoints/our-endpoint.ts";
import {
  type DescribedSource,
  describeSources,
  nextStep,
  registrationLines,
  typeTexts,
} from "../../../sources/describe-sources.ts";
import { fields, input, password, select } from "../../fields.ts";
import { fieldsOf } from "../../forms.ts";
import { answer, type PageParts } from "../../parts.ts";
import type { Html } from "../../shell.ts";
import { type SourceSecrets, secretText, waysBefore } from "./secret-state.ts";

/** One source: what to enter at its provider, its secret and a form that adds one, and its endpoint at the provider. */
export function sourcePage(parts: PageParts, secrets: SourceSecrets): Hono {
  const { stage, forms, closing } = parts;
  const described = describeSources(stage, []);
  const app = new Hono();
  app.get("/:source", async (context) => {
    const one = sourceIn(context);
    if (one === undefined) return await answer(context, parts, "Not found", absent(), 404);
    const state = await secrets.stateOf(one.source);
    return await answer(
      context,
      parts,
      one.source,
      html`${factsOf(one, parts)}
<h2>Secret</h2>
<p><code>${one.secret}</code> is ${secretText(state, Date.now())}. ${state.says}</p>
${forms.form(
  `/sources/${one.source}/secret`,
  html`${fields(password("secret"), select("those before it count", waysBefore))}
<p class="dim">For good: test and live, or one for each endpoint. No more: one of them has leaked; a function that has one in memory takes it for 5 minutes more at most. The verifier takes the new one at the next delivery that it signs, within 30 s at most. If you made it, give it to the provider then.</p>
<button>Add this secret</button>`,
)}
<h2>Endpoint at the provider</h2>
${endpointLink(one, parts)}`,
    );
  });
  app.post("/:source/secret", async (context) => {
    const one = sourceIn(context);
    if (one === undefined) return await answer(context, parts, "Not found", absent(), 404);
    const { secret = "", "those before it count": before = "" } = await fieldsOf(context);
    await secrets.add(one.source, secret, before);
    return context.redirect(`/sources/${one.source}`, 303);
  });
  app.get("/:source/endpoint", async (context) => {
    const one = sourceIn(context);
    if (one === undefined) return await answer(context, parts, "Not found", absent(), 404);
    const lines = await differenceOf(one, context.req.query());
    return await answer(
      context,
      parts,
      `Endpoint of ${one.source}`,
      html`<pre>${lines.join("\n")}</pre>
<p>To change it: <code>${parts.typed(nextStep(one, stage.words))}</code></p>
<p class="links"><a href="/sources/${one.source}">Back to the source</a></p>`,
    );
  });
  return app;

  function sourceIn({ req }: Context<object, "/:source">): DescribedSource | undefined {
    return described.find(({ source }) => source === req.param("source"));
  }

  /** Asks the provider, by the API key that is stored. */
  async function differenceOf({ source, provider, types }: DescribedSource, asked: Readonly<Record<string, string>>) {
    const api = endpointApis.get(provider);
    if (api === undefined) throw new TypeError(`Cannot look at the endpoint: no API of ${provider} is known here`);
    const owner = ownerFor(api, asked.owner);
    if (owner === undefined) throw new TypeError(`Cannot tell whose endpoints are meant: owner is ${api.owner}`);
    const address = stage.run === undefined ? stage.url : tunnelIn(asked.url);
    const key = await storedApiKey(stage.clients.of("secretsmanager", SecretsManagerClient), stage.name, source);
    const pause = async (milliseconds: number) => await sleep(milliseconds, undefined, { signal: closing });
    const end = openEnd({ stage, source, provider, address, owner, key, sleep: pause });
    return (await compareEndpoint(end, types)).lines;
  }
}

/** The address at which a provider reaches the local run. It is compared with others, and not asked. */
function tunnelIn(given = ""): string {
  if (URL.canParse(given) && new URL(given).protocol === "https:") return given;
  throw new TypeError("Cannot tell the endpoint: url takes the address of a tunnel to the local run, with https://");
}

function endpointLink({ source, provider }: DescribedSource, { stage }: PageParts): Html {
  const api = endpointApis.get(provider);
  if (api === undefined) return html`<p>Its API is not known here: enter URL, secret and event types by hand.</p>`;
  return html`<form class="filter" action="/sources/${source}/endpoint">
${api.owner === undefined ? "" : input("owner", "", api.owner)}
${stage.run === undefined ? "" : input("url", "", "https://<tunnel>")}
<button>Compare</button></form>
<p class="dim">This calls the provider's API by the key in hookline-api/${stage.name}/${source}, and changes nothing.</p>`;
}

function factsOf(one: DescribedSource, { stage, typed }: PageParts): Html {
  const { provider, url, types, notes } = one;
  const listed = typeTexts(types);
  const call = listed.length === 0 ? [] : registrationLines(one);
  const routed = listed.length === 0 ? "none: deliveries are answered 200 and ignored" : listed.join(", ");
  return html`<dl>
<dt>Provider</dt><dd>${provider}</dd>
<dt>URL</dt><dd><code>${url}</code></dd>
<dt>Event types</dt><dd>${routed}</dd>
${listed.length === 0 ? "" : html`<dt>Then</dt><dd><code>${typed(nextStep(one, stage.words))}</code></dd>`}
${notes.map((note) => html`<dt>Note</dt><dd>${typed(note)}</dd>`)}
</dl>
${call.length === 0 ? "" : html`<details><summary>The call that registers it</summary><pre>${call.join("\n")}</pre></details>`}`;
}

function absent(): Html {
  return html`<p>The stage has no such source.</p>`;
}
