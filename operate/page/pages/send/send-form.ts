import { html } from "hono/html";
import type { Provider } from "../../../../lambdas/core/provider.ts";
import { providers } from "../../../../lambdas/providers/mod.ts";
import { routedTypes } from "../../../endpoints/routed-types.ts";
import { readSample, sampleTypes, splitType } from "../../../samples/sample.ts";
import { noIdOf, noTimestampOf } from "../../../send/sample-delivery.ts";
import type { SendTarget } from "../../../send/send-target.ts";
import { fields, input, number, select, textarea } from "../../fields.ts";
import type { Forms } from "../../forms.ts";
import { address, type Html } from "../../shell.ts";

/** The ways in which a delivery is signed. */
export const variants = ["as it is", "tampered", "stale"] as const;

/** The fields of the form. `event` chooses source and type at once; `edit` fills in the sample. */
export type SendFields = {
  readonly [Name in "event" | "edit" | "source" | "type" | "id" | "how" | "times" | "events" | "body"]?: string;
};

/** The choice of a source and one of its types: those of its event files, and those that have a sample. */
export function choice(target: SendTarget, given: SendFields): Html {
  const all = Object.keys(target.sources).flatMap((source) =>
    typesOf(target, source).map((type) => `${source}/${type}`),
  );
  const { source, type } = chosen(target, given);
  return html`<form class="filter">${select("event", all, `${source}/${type}`)}<button>Choose</button></form>`;
}

/** The form that sends an event of the chosen source. */
export function sendForm(forms: Forms, target: SendTarget, given: SendFields): Html | "" {
  const { source, type } = chosen(target, given);
  const provider = providers[target.sources[source] ?? ""];
  if (provider === undefined) return html`<p>The stage has no source yet.</p>`;
  const hasId = noIdOf(provider) === undefined;
  const ways = variants.filter((way) => way !== "stale" || noTimestampOf(provider) === undefined);
  const body = given.body ?? (given.edit === "1" ? sampleText(provider, type) : "");
  return html`<p class="links">${
    body === ""
      ? html`<a href="${address("/send", { event: `${source}/${type}`, edit: "1" })}">Edit the sample</a>`
      : html`<a href="${address("/send", { event: `${source}/${type}` })}">Send the sample as it is</a>`
  }</p>
${forms.form(
  "/send",
  html`<input type="hidden" name="source" value="${source}">
${fields(
  input("type", type),
  hasId ? input("id", given.id, "a new one") : "",
  select("how", ways, given.how),
  number("times", Number(given.times ?? 1), 100),
  number("events", Number(given.events ?? 1), 100),
)}
${textarea("body", body, body === "" ? 3 : 16)}
<p class="dim">An empty body is the sample. One of your own is sent as it stands here, its line breaks as LF: its id is its own.</p>
<button>Send to ${source}</button>`,
)}`;
}

function chosen(
  target: SendTarget,
  { event, source, type }: SendFields,
): { readonly source: string; readonly type: string } {
  const [first = ""] = Object.keys(target.sources);
  const [given = first, ...rest] = event?.split("/") ?? [source];
  const known = Object.hasOwn(target.sources, given) ? given : first;
  const wanted = event === undefined ? type : rest.join("/");
  return { source: known, type: wanted || (typesOf(target, known)[0] ?? "") };
}

function typesOf({ sources, events }: SendTarget, source: string): readonly string[] {
  const types = [...routedTypes(events, source).named, ...sampleTypes(sources[source] ?? "")];
  return [...new Set(types)];
}

function sampleText(provider: Provider, type: string): string {
  return new TextDecoder().decode(readSample(provider.name, type, splitType(provider, type)[0]).body);
}
