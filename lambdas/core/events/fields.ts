import type { EventFields, EventPlaces, Field, Provider, ReadDelivery } from "../provider.ts";
import { jsonInForm } from "./form.ts";
import { at, type JsonText, readJson, textAt } from "./json-pointer.ts";
import { InvalidHeaderError } from "./sent-headers.ts";

export { at, textAt };

/** The JSON of a body, or undefined where it holds none: see {@linkcode readJson}. */
export function parseJson(body: Uint8Array): unknown {
  return readJson(body).json;
}

/**
 * The fields of a delivery's events. Call it with verified bytes alone. It never throws, whatever the body holds: unreadable
 * fields are omitted.
 */
export function eventFields(provider: Provider, delivery: ReadDelivery): Iterable<EventFields> {
  const { events } = provider;
  if (typeof events === "function") return calledFields(events, delivery);
  const fields = new PlacedFields(events, provider, delivery);
  // An invalid header refuses the delivery, so it is found now. All else waits for a reader: most of the time is JSON's.
  if (delivery.invalidHeaders !== undefined) fields[Symbol.iterator]();
  return fields;
}

/** The fields of one event, read at the first iteration. */
class PlacedFields implements Iterable<EventFields> {
  readonly #places: EventPlaces;
  readonly #provider: Provider;
  readonly #delivery: ReadDelivery;
  #fields: EventFields | undefined;

  constructor(places: EventPlaces, provider: Provider, delivery: ReadDelivery) {
    this.#places = places;
    this.#provider = provider;
    this.#delivery = delivery;
  }

  [Symbol.iterator](): Iterator<EventFields> {
    this.#fields ??= placedFields(this.#places, this.#provider, this.#delivery);
    return [this.#fields].values();
  }
}

function calledFields(
  read: (delivery: ReadDelivery) => Iterable<EventFields>,
  delivery: ReadDelivery,
): Iterable<EventFields> {
  try {
    const events = read(delivery);
    if (Array.isArray(events)) return events;
  } catch (error) {
    if (error instanceof InvalidHeaderError) throw error;
    return [{}];
  }
  return new CalledFields(read, delivery);
}

/** The fields of several events, read anew on each iteration. */
class CalledFields implements Iterable<EventFields> {
  readonly #read: (delivery: ReadDelivery) => Iterable<EventFields>;
  readonly #delivery: ReadDelivery;

  constructor(read: (delivery: ReadDelivery) => Iterable<EventFields>, delivery: ReadDelivery) {
    this.#read = read;
    this.#delivery = delivery;
  }

  *[Symbol.iterator](): Generator<EventFields> {
    const read = this.#read;
    let isFirst = true;
    try {
      for (const event of read(this.#delivery)) {
        isFirst = false;
        yield event;
      }
    } catch (error) {
      // After others it would be an unwanted event, and the remaining events would be lost.
      if (!isFirst) throw error;
      yield {};
    }
  }
}

function placedFields(
  places: EventPlaces,
  provider: Pick<Provider, "verification">,
  delivery: ReadDelivery,
): EventFields {
  const { form, livemode } = places;
  const wrapped = form === undefined ? undefined : jsonInForm(delivery.body, form);
  const read = () => wrapped ?? delivery.read();
  // Set one by one, which takes half the time of an object whose undefined fields are then left out.
  const fields: { -readonly [Name in keyof EventFields]: EventFields[Name] } = {};
  const unsigned: ("id" | "type")[] = [];
  for (const name of ["id", "type"] as const) {
    const field = places[name];
    const told = field && readField(field, delivery, read, textAt);
    const value = told ?? echoOf(field, delivery);
    if (value !== undefined) fields[name] = value;
    if (value !== undefined && (told === undefined || isUnsigned(provider, name, field))) unsigned.push(name);
  }
  for (const name of ["subtype", "tenant"] as const) {
    const field = places[name];
    const value = field && readField(field, delivery, read, textAt);
    if (value !== undefined) fields[name] = value;
  }
  const flag = livemode && flagOf(readField(livemode, delivery, read, ({ json }, pointer) => at(json, pointer)));
  if (flag !== undefined) fields.livemode = flag;
  if (unsigned.length > 0) fields.unsigned = unsigned;
  return wrapped === undefined ? fields : { ...fields, body: wrapped.body, contentType: "application/json" };
}

/** The header of a field, or what is at the first of its pointers that leads to a value. */
function readField<T>(
  field: Field,
  { headers }: ReadDelivery,
  read: ReadDelivery["read"],
  valueAt: (json: JsonText, pointer: string) => T,
): T | string | undefined {
  if ("header" in field) return headers.get(field.header) || undefined;
  const text = read();
  const { json } = field;
  const pointer = typeof json === "string" ? json : json.find((one) => (at(text.json, one) ?? undefined) !== undefined);
  return pointer === undefined ? undefined : valueAt(text, pointer);
}

/** Type and subtype, joined by a dot; the type once where the provider's subtype already begins with it. */
export function fineType({ type, subtype }: EventFields): string | undefined {
  if (type === undefined || subtype === undefined) return type;
  return subtype.startsWith(`${type}.`) ? subtype : `${type}.${subtype}`;
}

/** The value of the header that repeats the body, for a body that has none. */
function echoOf(field: Field | undefined, { headers }: ReadDelivery): string | undefined {
  if (field === undefined || "header" in field || field.echo === undefined) return undefined;
  return headers.get(field.echo) || undefined;
}

/**
 * The first header that differs from the body's value: an `echo` of a {@linkcode Field}. A body without the value is not
 * contradicted.
 */
export function contradicted(provider: Provider, headers: Headers, events: Iterable<EventFields>): string | undefined {
  if (typeof provider.events === "function") return undefined;
  for (const name of ["id", "type", "tenant", "livemode"] as const) {
    const field = provider.events[name];
    const echo = field !== undefined && "json" in field ? field.echo : undefined;
    const repeated = echo === undefined ? null : headers.get(echo);
    if (repeated === null) continue;
    const [fields] = events;
    const value = fields?.[name];
    if (value !== undefined && repeated !== String(value)) return echo;
  }
  return undefined;
}

/** A header is signed only where the scheme signs it, and only `id` can be: see `Part`. */
function isUnsigned(
  { verification }: Pick<Provider, "verification">,
  name: "id" | "type",
  field: Field | undefined,
): boolean {
  if (field === undefined || !("header" in field)) return false;
  return !(name === "id" && typeof verification === "object" && verification.signed.includes("id"));
}

function flagOf(value: unknown): boolean | undefined {
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : undefined;
}
