import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { eventFields } from "../lambdas/core/events/fields.ts";
import { readDelivery } from "../lambdas/core/events/read-delivery.ts";
import type { Delivery, EventFields, Provider, Scheme } from "../lambdas/core/provider.ts";
import { sign } from "../lambdas/core/verify/sign.ts";
import { providers } from "../lambdas/providers/mod.ts";
import { newSecret } from "../local/aws/secret-value.ts";
import { readSample, sampleTypes, stamp } from "../operate/samples/sample.ts";
import { bodyOf, type Filler } from "./bodies.ts";
import { drawing } from "./drawing.ts";
import { floorOf, held, parsingFloor } from "./floors.ts";
import { peersOf } from "./peers/verifying.ts";
import { type Contestant, type Effort, measure } from "./rounds.ts";
import { type Comparison, comparisonTable, type Figure, figureOf, markdown, ratioText } from "./tables.ts";

/** The part of a checkout that verifies. */
type Checkout = Pick<typeof import("../lambdas/core/mod.ts"), "verify"> & {
  readonly providers: Readonly<Record<string, Provider>>;
};

/** A signed delivery, and what verifies it. */
type Signed = { readonly provider: Provider; readonly delivery: Delivery; readonly secret: string };

const url = "https://hooks.example/";
const sizes = { "1 KB": 1024, "100 KB": 102_400 } as const;
const withPeers = ["github", "stripe", "standard-webhooks"];
const ours = { verify: "Hookline", fields: "Hookline, fields read" } as const;

type Case = { readonly provider: string; readonly size: keyof typeof sizes; readonly filler: Filler };

/** The figures of one case. */
type Group = Case & { readonly figures: readonly Figure[] };

/** A case of a provider that sends several events at once, and how many they are. */
type Batch = Group & { readonly events: number };

/** Verification, beside the libraries of three providers, and of each provider beside its own floor. */
export const verifying = {
  name: "verify",
  groups: () =>
    [...cases(withPeers), ...cases(dataProviders(), ["JSON"]), ...cases(batchProviders(), ["events"])].length,
  async measure(effort: Effort): Promise<{ readonly text: string; readonly drawing: string }> {
    const here = await load(".");
    const beside: Group[] = [];
    for (const one of cases(withPeers)) beside.push(await besidePeers(here, one, effort));
    const own: Group[] = [];
    for (const one of cases(dataProviders(), ["JSON"])) own.push(await besideFloor(here, one, effort));
    const batches: Batch[] = [];
    for (const one of cases(batchProviders(), ["events"])) batches.push(await batchOf(here, one, effort));
    return { text: [textOf(beside, own), batchText(batches)].join("\n\n"), drawing: drawingOf(beside) };
  },
  async compare(folders: readonly [string, string], effort: Effort): Promise<string> {
    const [before, after] = [await load(folders[0]), await load(folders[1])];
    const rows: Comparison[] = [];
    const all = [...cases(withPeers), ...cases(batchProviders(), ["events"])];
    for (const one of all) rows.push(...(await compared(before, after, one, effort)));
    return comparisonTable(rows);
  },
};

async function besidePeers(here: Checkout, { provider, size, filler }: Case, effort: Effort): Promise<Group> {
  const signed = await signedDelivery(provider, size, filler);
  const floor = signedFloor(signed);
  const parsing = parsingFloor(floor, signed.delivery);
  const peers = await peersOf(provider, signed.delivery, signed.secret);
  const all = [floor, parsing, ...contestantsOf(here, signed), ...peers];
  const times = await measure(all, `${provider}, ${size}, ${filler}`, effort);
  return { provider, size, filler, figures: all.map(({ name }) => figureOf(times, name, [floor.name, parsing.name])) };
}

async function besideFloor(here: Checkout, { provider, size, filler }: Case, effort: Effort): Promise<Group> {
  const signed = await signedDelivery(provider, size, filler);
  const floor = readsJson(signed) ? parsingFloor(signedFloor(signed), signed.delivery) : signedFloor(signed);
  const [, fields] = contestantsOf(here, signed);
  const times = await measure([floor, fields], `${provider}, ${size}`, effort);
  return { provider, size, filler, figures: [figureOf(times, fields.name, [floor.name])] };
}

async function batchOf(here: Checkout, one: Case, effort: Effort): Promise<Batch> {
  const { delivery, provider } = await signedDelivery(one.provider, one.size, one.filler);
  return { ...(await besideFloor(here, one, effort)), events: countOf(provider, delivery) };
}

function countOf(provider: Provider, delivery: Delivery): number {
  return [...eventFields(provider, readDelivery(delivery))].length;
}

async function compared(
  before: Checkout,
  after: Checkout,
  { provider, size, filler }: Case,
  effort: Effort,
): Promise<readonly Comparison[]> {
  const signed = await signedDelivery(provider, size, filler);
  const of = (checkout: Checkout, side: string) =>
    contestantsOf(checkout, signed).map(({ name, run }) => ({ name: `${name}, ${side}`, run }));
  const title = `${provider}, ${size}, ${filler}`;
  const times = await measure([...of(before, "before"), ...of(after, "after")], title, effort);
  return Object.values(ours).map((one) => ({
    name: `${title}: ${one}, µs`,
    before: times.get(`${one}, before`) ?? [],
    after: times.get(`${one}, after`) ?? [],
  }));
}

function textOf(beside: readonly Group[], own: readonly Group[]): string {
  const rows = beside.flatMap(({ provider, size, filler, figures }) =>
    figures.map(({ name, microseconds, ratios }) => [
      ...[`${provider}, ${size}, ${filler}`, name, microseconds.toFixed(1)],
      ...ratios.map(ratioText),
    ]),
  );
  const worst = (size: Group["size"]) =>
    own
      .filter((group) => group.size === size)
      .flatMap(({ provider, figures }) =>
        figures.map(({ ratios: [ratio = [0, 0, 0] as const] }) => ({ provider, ratio })),
      )
      .toSorted((a, b) => a.ratio[1] - b.ratio[1])
      .slice(0, 10);
  const [small, large] = [worst("1 KB"), worst("100 KB")];
  const tenRows = small.map(({ provider, ratio }, at) => {
    const other = large[at];
    return [provider, ratioText(ratio), other?.provider ?? "", other === undefined ? "" : ratioText(other.ratio)];
  });
  return [
    markdown(["delivery", "", "µs", "÷ floor", "÷ floor + JSON.parse"], rows),
    `The slowest ten of the ${own.length / 2} providers whose scheme is data, fields read, each beside its own floor:`,
    markdown(["1 KB", "÷ floor", "100 KB", "÷ floor"], tenRows),
  ].join("\n\n");
}

function batchText(batches: readonly Batch[]): string {
  const rows = batches.flatMap(({ provider, size, events, figures }) =>
    figures.map(({ microseconds, ratios: [ratio = [0, 0, 0] as const] }) => [
      ...[`${provider}, ${size}`, String(events), (microseconds / events).toFixed(1), ratioText(ratio)],
    ]),
  );
  return [
    "Deliveries of as many events as fit, fields read: each event is found in the text, and parsed by itself:",
    markdown(["batch", "events", "µs an event", "÷ floor + JSON.parse"], rows),
  ].join("\n\n");
}

function drawingOf(groups: readonly Group[]): string {
  const isOurs = (name: string) => Object.values<string>(ours).includes(name);
  const bars = groups
    .filter(({ filler }) => filler === "JSON")
    .map(({ provider, size, figures }) => ({
      name: `${provider}, ${size} of JSON`,
      bars: figures
        .filter(({ name }) => !name.startsWith("floor"))
        .map(({ name, ratios: [ratio] }) => ({ label: name, ratio: ratio?.[1] ?? 0, isOurs: isOurs(name) })),
    }));
  return drawing("Speed of verification; 1 is createHmac and one comparison", bars);
}

function* cases(names: readonly string[], fillers: readonly Filler[] = ["JSON", "one text"]): Generator<Case> {
  for (const provider of names)
    for (const size of ["1 KB", "100 KB"] as const) for (const filler of fillers) yield { provider, size, filler };
}

async function load(folder: string): Promise<Checkout> {
  const at = (file: string) => pathToFileURL(resolve(folder, "lambdas", file)).href;
  const [{ verify }, { providers }] = await Promise.all([import(at("core/mod.ts")), import(at("providers/mod.ts"))]);
  return { verify, providers };
}

function contestantsOf(checkout: Checkout, { provider, delivery, secret }: Signed): readonly [Contestant, Contestant] {
  // Its own description of the provider: a checkout may add to it.
  const own = checkout.providers[provider.name] ?? provider;
  // Anew each time, as `createSecrets` gives them.
  const verify = () => checkout.verify(delivery, { provider: own, secrets: [secret], now: new Date(), url });
  return [
    { name: ours.verify, run: async () => eventsIn(await verify()) },
    { name: ours.fields, run: async () => [...eventsIn(await verify())] },
  ];
}

function eventsIn(result: Awaited<ReturnType<Checkout["verify"]>>): Iterable<EventFields> {
  held(result.kind === "verified");
  return result.kind === "verified" ? result.events : [];
}

async function signedDelivery(name: string, size: keyof typeof sizes, filler: Filler): Promise<Signed> {
  const provider = providers[name] as Provider;
  const [type = ""] = sampleTypes(name);
  const { body, contentType } = readSample(name, type);
  const stamped = stamp(provider, { url, body, contentType, id: "evt_bench", type }, false);
  const unsigned = { ...stamped, body: bodyOf(stamped.body, sizes[size], filler) };
  const { secret, signingSecret = secret } = newSecret(provider);
  const delivery = await sign(unsigned, { provider, secret: signingSecret, now: new Date(), url });
  return { provider, delivery, secret };
}

function signedFloor({ provider, delivery, secret }: Signed): Contestant {
  return floorOf(provider, provider.verification as Scheme, delivery, secret);
}

function dataProviders(): readonly string[] {
  return Object.values(providers)
    .filter(({ verification }) => typeof verification === "object")
    .map(({ name }) => name);
}

function batchProviders(): readonly string[] {
  return dataProviders().filter((name) => {
    const { body } = readSample(name, sampleTypes(name)[0] ?? "");
    const delivery = { method: "POST", url, headers: new Headers(), body: bodyOf(body, sizes["100 KB"], "events") };
    return countOf(providers[name] as Provider, delivery) > 1;
  });
}

function readsJson({ provider: { events, verification } }: Signed): boolean {
  if (typeof events === "function") return true;
  const places = [events.id, events.type, events.subtype, events.tenant, events.livemode];
  const time = typeof verification === "object" ? verification.timestamp : undefined;
  return places.some((place) => place !== undefined && "json" in place) || (time !== undefined && "json" in time);
}
