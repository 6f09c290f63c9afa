import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { defined } from "../bytes/defined.ts";
import { at } from "./fields.ts";

/** An event: its id is the same over all its deliveries. */
export type WebhookEvent = {
  /** The provider's id; where none could be read, the hash of the body. */
  readonly id: string;
  readonly type: string | undefined;
  /** The provider's type, where `type` is finer: `payments` of `payments.confirmed`. */
  readonly coarseType?: string;
  /** The name of the source that received it. */
  readonly source: string;
  /** The key of dedupe, computed from the delivery alone. */
  readonly key: string;
  /**
   * Tells it from earlier and later events with the same bytes, where there is no id and the key is the body's hash: the
   * provider's window in milliseconds, and the number of the window since 1970 in which it was received. Absent: the key always
   * means the same event.
   */
  readonly period?: string;
  readonly received: Date;
  readonly tenant?: string;
  readonly livemode?: boolean;
  /** False where the signature does not cover the payload: fetch the object by its id before you act. */
  readonly bodyCovered: boolean;
  /** Which of `id` and `type` are in an unsigned header alone, where somebody who replays a delivery could change them. */
  readonly unsigned?: readonly ("id" | "type")[];
  /**
   * The queues that wanted it at ingress, none for an ignored event: for the archive, which says by it who was to process the
   * event. Absent where there is no archive.
   */
  readonly queues?: readonly string[];
  /** The id of the replay that runs it again; absent for a delivery's own copy. */
  readonly replay?: string;
  /** The delivery's content type; absent where it had none. */
  readonly contentType?: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The SHA-256 of the body in base64url; absent where a queue's copy was read. */
  readonly bodyHash?: string;
};

/** Whether a live-only source ignores it. */
export function isTest(event: WebhookEvent, liveOnly = false): boolean {
  return liveOnly && event.livemode === false;
}

/** An event whose body is stored elsewhere, since a queue's message cannot hold it: `deposit` is the place (a claim check). */
export type DepositedEvent = Omit<WebhookEvent, "body"> & { readonly deposit: string };

/**
 * An event as a CloudEvents 1.0 JSON envelope, in ASCII and its body in base64: SQS refuses some characters. A deposited
 * event has the reference of its body.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/dataref.md
 *
 * @example
 * ```ts
 * import { toEnvelope } from "@hookline/hookline";
 * import { equal } from "node:assert/strict";
 *
 * const event = {
 *   id: "evt_1",
 *   type: "push",
 *   source: "github",
 *   key: "github#evt_1",
 *   received: new Date("2026-01-05T10:00:00Z"),
 *   bodyCovered: true,
 *   body: new TextEncoder().encode("{}"),
 * };
 * const { specversion, type, data_base64 } = JSON.parse(toEnvelope(event));
 * equal(`${specversion} ${type} ${data_base64}`, "1.0 push e30=");
 * ```
 */
export function toEnvelope(event: WebhookEvent | DepositedEvent): string {
  const { id, type, coarseType, source, key, period, received, tenant, livemode, bodyCovered, unsigned } = event;
  const { queues, replay } = event;
  const text = JSON.stringify({
    specversion: "1.0",
    id,
    source,
    // CloudEvents demands a type; `untyped` tells an event without one from an event of this name.
    type: type ?? "untyped",
    time: received.toISOString(),
    // CloudEvents lets it be absent; a default of ours would look like the sender's own.
    ...defined({ datacontenttype: event.contentType }),
    ...("body" in event ? { data_base64: toBase64(event.body) } : { dataref: event.deposit }),
    hooklinekey: key,
    ...defined({ hooklineperiod: period }),
    bodycovered: bodyCovered,
    ...defined({ coarsetype: coarseType }),
    ...defined({ untyped: type === undefined ? true : undefined, tenant, livemode, unsigned: unsigned?.join(",") }),
    ...defined({ hooklinequeues: queues?.join(","), hooklinereplay: replay }),
  });
  return inAscii(text);
}

/** JSON of the same value in ASCII alone, since SQS refuses some other characters. */
export function inAscii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The event of an envelope, or undefined where the text is not an envelope of ours.
 *
 * @example
 * ```ts
 * import { fromEnvelope, toEnvelope } from "@hookline/hookline";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * const event = {
 *   id: "evt_1",
 *   type: "push",
 *   source: "github",
 *   key: "github#evt_1",
 *   received: new Date("2026-01-05T10:00:00Z"),
 *   bodyCovered: true,
 *   contentType: "application/json",
 *   body: new TextEncoder().encode("{}"),
 * };
 * deepEqual(fromEnvelope(toEnvelope(event)), event);
 * equal(fromEnvelope("{}"), undefined);
 * ```
 */
export function fromEnvelope(text: string): WebhookEvent | DepositedEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const string = (name: string) => {
    const value = at(json, `/${name}`);
    return typeof value === "string" ? value : undefined;
  };
  const flag = (name: string) => {
    const value = at(json, `/${name}`);
    return typeof value === "boolean" ? value : undefined;
  };
  const deposit = string("dataref");
  const body = fromBase64(string("data_base64") ?? "?");
  const [id, type, source, key] = [string("id"), string("type"), string("source"), string("hooklinekey")];
  const received = new Date(string("time") ?? Number.NaN);
  if (string("specversion") !== "1.0" || Number.isNaN(received.getTime())) return undefined;
  if (id === undefined || type === undefined || source === undefined || key === undefined) return undefined;
  const content = body !== undefined ? { body } : deposit !== undefined ? { deposit } : undefined;
  if (content === undefined) return undefined;
  const unsigned = string("unsigned")
    ?.split(",")
    .filter((name) => name === "id" || name === "type");
  return {
    id,
    type: flag("untyped") === true ? undefined : type,
    source,
    key,
    received,
    bodyCovered: flag("bodycovered") ?? false,
    ...content,
    ...defined({
      queues: string("hooklinequeues")?.split(",").filter(Boolean),
      replay: string("hooklinereplay"),
      coarseType: string("coarsetype"),
      period: string("hooklineperiod"),
      tenant: string("tenant"),
      livemode: flag("livemode"),
      unsigned,
      contentType: string("datacontenttype"),
    }),
  };
}
