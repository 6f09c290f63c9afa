import { randomBytes } from "node:crypto";
import { constants, gunzipSync, gzipSync, inflateRawSync } from "node:zlib";
import { fromBase64, toBase64 } from "../../core/bytes/base64.ts";
import { defined } from "../../core/bytes/defined.ts";
import { fromEnvelope, inAscii } from "../../core/events/envelope.ts";

/** A copy in the archive's queue. */
type ArchiveCopy = {
  readonly messageId: string;
  readonly envelope: string;
  readonly sent: Date;
  /** The trace id of its delivery, as logs have it. */
  readonly trace?: string;
};

/** The place of a payload in its object: bytes from the object's end to its gzip member, the member's length, and the line in it. */
type Place = readonly [fromEnd: number, length: number, line: number];

/** The facts of an archived event: the fields of its envelope, and the place of its payload. */
export type ArchiveFacts = {
  readonly id: string;
  readonly source: string;
  readonly type?: string;
  readonly coarseType?: string;
  readonly key: string;
  readonly period?: string;
  readonly tenant?: string;
  readonly livemode?: boolean;
  /** When its delivery was received, in ISO 8601. */
  readonly received: string;
  readonly queues?: readonly string[];
  /** The trace id of the delivery, as logs have it; absent in objects of earlier versions. */
  readonly trace?: string;
  readonly at: Place;
};

/** A message that is no envelope of ours: it is archived as it came, under the hour in which it was sent. */
type RawFacts = { readonly raw: string; readonly received: string; readonly at: Place };

/** An object of the archive, before it is written. */
type ArchiveObject = { readonly key: string; readonly body: Uint8Array };

/** So many payloads are compressed together: one can be read without most of the others. */
const payloadsTogether = 16;
/** Half the time of the usual 6, and a fifth more bytes. */
const level = 1;
/** The length of the header that `gzipSync` writes: no name, no comment. */
const gzipHeader = 10;
/** The hour of a time in ISO 8601, as names have it: `2026/01/05/10`. */
export const hourOf = (time: string): string => time.slice(0, 13).replaceAll(/[-T]/g, "/");
export const archivePrefix = "archive/";
/** Where the objects of an hour are. */
export const hourPrefix = (hour: string): string => `${archivePrefix}${hour}/`;

/** An event on its way into an object: its facts but for the place, and its payload, a JSON line. */
type Line = {
  readonly messageId: string;
  /** In ISO 8601. */
  readonly received: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly payload: string;
};

/**
 * Copies of the archive's queue by the hour, in UTC, in which their deliveries were received. An object holds one hour, so that its
 * name leads to the event.
 */
export function byHour(copies: readonly ArchiveCopy[]): ReadonlyMap<string, readonly Line[]> {
  return Map.groupBy(copies.map(lineOf), ({ received }) => hourOf(received));
}

/**
 * The object of the events of one hour: a gzip member of facts, a JSON line each, behind a line with their number; then members of
 * 16 payloads. Its name has the minute and second of its first and its last event: docs/formats.md.
 */
export function toArchiveObject(hour: string, events: readonly Line[]): ArchiveObject {
  const lines = events.toSorted((a, b) => (a.received < b.received ? -1 : 1));
  const minute = (line: Line | undefined) => line?.received.slice(14, 19).replace(":", "-");
  const name = `${minute(lines[0])}-${minute(lines.at(-1))}-${randomBytes(8).toString("hex")}`;
  return { key: `${hourPrefix(hour)}${name}.jsonl.gz`, body: bodyOf(lines) };
}

/**
 * Takes events out of an object: their envelopes, and the object's body without them, which may hold none then. The object's name
 * stays true, since its times are bounds.
 *
 * @throws {Error} Where the object is cut off: a body without what it lost must not be written in its place.
 */
export function takeOut(
  object: Uint8Array,
  isTaken: (facts: ArchiveFacts) => boolean,
): { readonly taken: readonly string[]; readonly body: Uint8Array } {
  const members = new Map<number, readonly string[]>();
  const payloadAt = ([fromEnd, length, line]: Place) => {
    const from = object.length - fromEnd;
    const lines = members.get(from) ?? payloadsIn(object.subarray(from, from + length));
    members.set(from, lines);
    const payload = lines[line];
    if (payload === undefined || payload === "") throw new Error("one of its payloads is missing");
    return payload;
  };
  const texts = factLines(object);
  if (texts === undefined) throw new Error("its facts are cut off");
  const all = texts.map((text) => {
    const { f: _, at, ...facts } = JSON.parse(text);
    const read = factsOf({ ...facts, at });
    return { facts, payload: payloadAt(at), isTaken: !("raw" in read) && isTaken(read) };
  });
  return {
    taken: all.filter((one) => one.isTaken).map(({ payload }) => envelopeIn(payload)),
    body: bodyOf(all.filter((one) => !one.isTaken)),
  };
}

function bodyOf(lines: readonly Pick<Line, "facts" | "payload">[]): Uint8Array {
  const members = inParts(lines, payloadsTogether).map((part) => ({
    part,
    bytes: gzipSync(part.map(({ payload }) => `${payload}\n`).join(""), { level }),
  }));
  let fromEnd = members.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const facts = [JSON.stringify({ f: 0, events: lines.length })];
  for (const { part, bytes } of members) {
    for (const [line, one] of part.entries()) {
      facts.push(JSON.stringify({ f: 1, ...one.facts, at: [fromEnd, bytes.length, line] }));
    }
    fromEnd -= bytes.length;
  }
  return Buffer.concat([gzipSync(`${facts.join("\n")}\n`, { level }), ...members.map(({ bytes }) => bytes)]);
}

/**
 * The facts in the beginning of an object. Undefined: the beginning is too short to hold them all.
 *
 * @param holding A text that the wanted ones hold as JSON; the others are not parsed.
 */
export function readFacts(beginning: Uint8Array, holding = ""): readonly (ArchiveFacts | RawFacts)[] | undefined {
  return factLines(beginning)
    ?.filter((line) => line.includes(holding))
    .map((line) => factsOf(JSON.parse(line)));
}

function factLines(beginning: Uint8Array): readonly string[] | undefined {
  // The first member alone, which the beginning may end in the middle of: `gunzipSync` would go on to the payloads.
  const deflated = beginning.subarray(gzipHeader);
  const text = inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");
  const end = text.indexOf("\n");
  if (end < 0) return undefined;
  const { events } = JSON.parse(text.slice(0, end));
  const lines = text.slice(end + 1).split("\n", events);
  const isWhole = lines.length === events && text.length > end + 1 + lines.join("\n").length;
  if (!isWhole && events > 0) return undefined;
  return lines;
}

/**
 * The envelope of an archived event, out of the gzip member that its facts name: as it was in the queue. A message that was no
 * envelope is returned as it came.
 */
export function readEnvelope(member: Uint8Array, { at: [, , line] }: Pick<ArchiveFacts, "at">): string {
  return envelopeIn(payloadsIn(member)[line] ?? "");
}

function payloadsIn(member: Uint8Array): readonly string[] {
  return gunzipSync(member).toString("utf8").split("\n");
}

function envelopeIn(payload: string): string {
  const { body, raw, ...envelope } = JSON.parse(payload);
  if (typeof raw === "string") return raw;
  if (typeof body !== "string") return inAscii(payload);
  return inAscii(JSON.stringify({ ...envelope, data_base64: toBase64(new TextEncoder().encode(body)) }));
}

function lineOf({ messageId, envelope, sent, trace }: ArchiveCopy): Line {
  const event = fromEnvelope(envelope);
  const received = (event?.received ?? sent).toISOString();
  // A year of more than four digits has another form, and no delivery has one.
  if (event === undefined || received.length !== 24) {
    const at = sent.toISOString();
    return {
      messageId,
      received: at,
      facts: { raw: messageId, received: at },
      payload: JSON.stringify({ raw: envelope }),
    };
  }
  const { id, source, type, coarseType, key, period, tenant, livemode, queues } = event;
  const { data_base64, ...rest } = JSON.parse(envelope);
  const body = typeof data_base64 === "string" ? textOf(data_base64) : undefined;
  return {
    messageId,
    received,
    facts: {
      ...{ id, source, ...defined({ type, coarsetype: coarseType }), key, ...defined({ period, tenant, livemode }) },
      ...{ received, ...defined({ queues, trace }) },
    },
    payload: JSON.stringify({ ...rest, ...defined(body === undefined ? { data_base64 } : { body }) }),
  };
}

/** A body's text, where its bytes are UTF-8: it takes a third less, and everybody can read it. */
function textOf(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fromBase64(base64));
  } catch {
    return undefined;
  }
}

function factsOf({ f: _, coarsetype, ...facts }: Record<string, unknown>): ArchiveFacts | RawFacts {
  return { ...facts, ...defined({ coarseType: coarsetype }) } as ArchiveFacts | RawFacts;
}

function inParts<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, part) =>
    items.slice(part * length, (part + 1) * length),
  );
}
