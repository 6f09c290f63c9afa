import { html } from "hono/html";
import { hourMilliseconds } from "../../events/archive-bucket.ts";
import type { Stage } from "../../stage/stage.ts";
import { liveNow } from "../live.ts";
import { address, durationText, type Html, table, timeOf } from "../shell.ts";
import type { Registration } from "./registrations.ts";
import type { Counts, SourceCounts } from "./source-counts.ts";
import { type SecretState, secretText } from "./sources/secret-state.ts";

/** How a source is set up; each is undefined until it is known, and a local run has no registration. */
export type Setup = { readonly secret?: SecretState; readonly registration?: Registration };

type Shown = { readonly name: string; readonly counts: Readonly<SourceCounts>; readonly setup: Setup };

/** A row for each source, the worst first. */
export function sourcesTable(
  { sources }: Counts,
  { url, expectedWithinHours = {} }: Pick<Stage, "url" | "expectedWithinHours">,
  setupOf: (source: string) => Setup,
): Html {
  const now = liveNow();
  const all = [...sources].map(([name, counts]) => ({ name, counts, setup: setupOf(name) }));
  const silences = new Map(all.map(({ name, counts }) => [name, silenceOf(counts, expectedWithinHours[name], now)]));
  const badness = (one: Shown) => badnessOf(one, silences.get(one.name));
  const worstFirst = all.toSorted((one, other) => badness(other) - badness(one));
  // Of a stage on AWS it is counted where somebody asks for it.
  const hasDuplicates = all.some(({ counts }) => counts.duplicate !== undefined);
  return html`${table(
    [
      ...["Source", "Set up", "Last event", "Deliveries", "Accepted"],
      ...(hasDuplicates ? ["Duplicate"] : []),
      ...["Ignored", "Refused", "Dead now", "An hour"],
    ],
    worstFirst.map((one) => rowOf(one, hasDuplicates, expectedWithinHours[one.name], silences.get(one.name), now)),
  )}
<p class="dim">Deliveries come to <code>${url}/&lt;source&gt;</code>.</p>`;
}

function rowOf(
  { name, counts, setup }: Shown,
  hasDuplicates: boolean,
  hours: number | undefined,
  silence: string | undefined,
  now: number,
): Html {
  const { accepted, ignored, dead, deliveries, duplicate, refused, last } = counts;
  const number = (value: number | undefined) => value ?? "–";
  return html`<tr>
<td><a href="${address("/events", { source: name })}">${name}</a></td>
<td>${setupText(name, setup, now)}</td>
<td>${last === undefined ? "none" : timeOf(last, now)}${hours === undefined ? "" : html` <span class="dim">of ${hours} h</span>`}${
    silence === undefined
      ? ""
      : html`<br><span class="dead">silent: nothing accepted<br>for ${silence},<br>expected within ${hours} h</span>`
  }</td>
<td>${number(deliveries)}</td><td>${accepted}</td>${hasDuplicates ? html`<td>${number(duplicate)}</td>` : ""}<td>${ignored}</td><td>${refused ? html`<a href="${address("/refused", { source: name })}">${refused}</a>` : number(refused)}</td>
<td>${dead ? html`<a class="dead" href="/dead">${dead}</a>` : number(dead)}</td>
<td>${bars(name, counts.hours)}</td>
</tr>`;
}

/** The time without an accepted event, where it is longer than it should be. The alarm of a stage on AWS counts so, too. */
function silenceOf(
  { deliveries, lastAccepted }: Readonly<SourceCounts>,
  hours: number | undefined,
  now: number,
): string | undefined {
  // Until CloudWatch has answered, nothing is known.
  if (hours === undefined || deliveries === undefined) return undefined;
  if (lastAccepted === undefined) return "7 d or more";
  const silent = now - lastAccepted;
  return silent > hours * hourMilliseconds ? durationText(silent) : undefined;
}

function badnessOf({ counts, setup: { secret, registration } }: Shown, silence: string | undefined): number {
  if (counts.dead !== undefined && counts.dead > 0) return 4;
  if (secret?.isSet === false) return 3;
  if (silence !== undefined) return 2;
  return registration !== undefined && isWrong(registration) ? 1 : 0;
}

function setupText(name: string, { secret, registration }: Setup, now: number): Html {
  const said = secret === undefined ? html`<span class="dim">…</span>` : secretText(secret, now);
  return html`secret ${said}${registration === undefined ? "" : html`<br>${registrationText(name, registration)}`}`;
}

function registrationText(name: string, registration: Registration): Html {
  const { word, says } = registration;
  if (word === "registered") return html`endpoint <span class="ok" title="${says}">${word}</span>`;
  const path = `/sources/${name}`;
  // There it is compared, type by type.
  if (isWrong(registration)) return html`endpoint <a class="warn" href="${path}/endpoint" title="${says}">${word}</a>`;
  return html`endpoint <a href="${path}" title="${says}">${word}</a>`;
}

function isWrong({ word }: Registration): boolean {
  return word === "differs" || word === "not registered" || word === "other URL";
}

const [width, height] = [120, 22];

function bars(name: string, hours: readonly number[]): Html {
  const most = Math.max(1, ...hours);
  const each = width / hours.length;
  return html`<svg class="bars" width="${width}" height="${height}" role="img" aria-label="events of ${name} an hour, at most ${Math.max(...hours)}; as a table below">${hours.map(
    (count, hour) => {
      const tall = (count / most) * height;
      return count === 0
        ? ""
        : html`<rect x="${hour * each}" y="${(height - tall).toFixed(1)}" width="${each - 1}" height="${tall.toFixed(1)}"></rect>`;
    },
  )}</svg>`;
}
