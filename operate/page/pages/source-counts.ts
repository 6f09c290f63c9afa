import { html } from "hono/html";
import type { DeliveryFacts } from "../../../local/entrances/kept-deliveries.ts";
import { hourMilliseconds } from "../../events/archive-bucket.ts";
import type { ArchivedEvent } from "../../events/archived-event.ts";
import type { SourceFigures } from "../../figures/source-figures.ts";
import { type Html, table } from "../shell.ts";

/** The events of a source in each of the last 24 hours, the oldest first, and numbers. */
export type SourceCounts = {
  accepted: number;
  ignored: number;
  dead: number | undefined;
  deliveries: number | undefined;
  duplicate: number | undefined;
  refused: number | undefined;
  last: string | undefined;
  /** When an event was accepted last, in milliseconds since 1970; of CloudWatch to the hour. */
  lastAccepted: number | undefined;
  readonly hours: number[];
};

export type Counts = { readonly now: number; readonly sources: ReadonlyMap<string, Readonly<SourceCounts>> };

const hoursShown = 24;

/** Counts events and answers by their source. */
export function createCounts(names: readonly string[], now: number = Date.now()) {
  const empty = (): SourceCounts => ({
    ...{
      accepted: 0,
      ignored: 0,
      dead: undefined,
      deliveries: undefined,
      duplicate: undefined,
      refused: undefined,
      last: undefined,
      lastAccepted: undefined,
    },
    hours: Array.from({ length: hoursShown }, () => 0),
  });
  const sources = new Map(names.map((name) => [name, empty()]));
  return {
    add({ source, received, queues }: ArchivedEvent): void {
      const one = sources.get(source);
      if (one === undefined) return;
      if (queues?.length === 0) one.ignored += 1;
      else {
        one.accepted += 1;
        one.lastAccepted = Math.max(one.lastAccepted ?? 0, Date.parse(received));
      }
      if (received > (one.last ?? "")) one.last = received;
      const hour = hoursShown - 1 - Math.max(0, Math.floor((now - Date.parse(received)) / hourMilliseconds));
      if (hour >= 0) one.hours[hour] = (one.hours[hour] ?? 0) + 1;
    },
    /** `all`: the number of each processor, whose name begins with its source's. */
    tellDead(all: readonly { readonly name: string; readonly count: number }[]): void {
      for (const [source, one] of sources) {
        const own = all.filter(({ name }) => name.startsWith(`${source}/`));
        one.dead = own.reduce((sum, { count }) => sum + count, 0);
      }
    },
    /** The answers that a local run remembers. */
    tellAnswers(answers: readonly Pick<DeliveryFacts, "source" | "status" | "outcome">[]): void {
      for (const [name, one] of sources) {
        const own = answers.filter(({ source }) => source === name);
        one.deliveries = own.length;
        one.duplicate = own.filter(({ outcome }) => outcome === "duplicate").length;
        one.refused = own.filter(({ status }) => status >= 400).length;
      }
    },
    tellFigures(figures: ReadonlyMap<string, SourceFigures>): void {
      for (const [name, one] of sources) {
        one.deliveries = figures.get(name)?.Deliveries;
        one.refused = figures.get(name)?.SignatureInvalid;
        const accepted = figures.get(name)?.accepted?.getTime() ?? 0;
        // The hour of now ends later.
        if (accepted > (one.lastAccepted ?? 0)) one.lastAccepted = Math.min(accepted, now);
      }
    },
    tellDuplicates(duplicates: ReadonlyMap<string, number>): void {
      for (const [name, one] of sources) one.duplicate = duplicates.get(name) ?? 0;
    },
    counts: (): Counts => ({ now, sources }),
  };
}

/** The numbers of the charts. */
export function hoursTable({ now, sources }: Counts): Html {
  const hours = Array.from({ length: hoursShown }, (_, hour) => hoursShown - hour);
  return html`<details><summary>Events an hour, as a table</summary>${table(
    ["The hour until", ...sources.keys()],
    hours.map(
      (ago) =>
        html`<tr><td>${new Date(now - (ago - 1) * hourMilliseconds).toISOString().slice(0, 16)}Z</td>${[
          ...sources.values(),
        ].map((one) => html`<td>${one.hours[hoursShown - ago] ?? 0}</td>`)}</tr>`,
    ),
  )}</details>`;
}
