import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import {
  type DepositedEvent,
  fromEnvelope,
  toEnvelope,
  type WebhookEvent,
} from "../../../lambdas/core/events/envelope.ts";
import { changedBytes } from "./bytes.ts";
import { type Chance, chanceOf } from "./chance.ts";

const utf8 = new TextEncoder();
const names = [
  "specversion",
  "id",
  "source",
  "type",
  "time",
  "datacontenttype",
  "data_base64",
  "dataref",
  "hooklinekey",
];
const more = [
  "hooklinequeues",
  "hooklinereplay",
  "bodycovered",
  "untyped",
  "tenant",
  "livemode",
  "unsigned",
  "hooklineperiod",
  "__proto__",
  "constructor",
];
const values: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -1, 1e21, "", "1.0", "?", "e30=", "e30", "e31=", [], {}, ["1.0"], { a: 1 }],
  ...["2026-02-30T00:00:00Z", "+275760-09-13T00:00:00.001Z", "id,type", ",", "__proto__", "\ud800", "i".repeat(10_000)],
];

/** An envelope of ours after none to three changes of its fields or its text. */
export function changedEnvelope(seed: number, step: number): string {
  const chance = chanceOf(seed, step);
  const fields: Record<string, unknown> = JSON.parse(toEnvelope(event(chance)));
  for (let left = chance.below(3); left > 0; left -= 1) {
    const name = chance.pick([...names, ...more]);
    Object.defineProperty(fields, name, { value: chance.pick(values), enumerable: true, configurable: true });
  }
  const text = JSON.stringify(fields);
  return chance.once(3) ? new TextDecoder().decode(changedBytes(utf8.encode(text), chance)) : text;
}

/** What is wrong with what `fromEnvelope` reads of a text. */
export function checkEnvelope(text: string): readonly string[] {
  try {
    const read = fromEnvelope(text);
    const begin = text.slice(0, 300);
    if ((read !== undefined) !== isOurs(text)) return [`${read === undefined ? "not " : ""}read as ours: ${begin}`];
    if (read === undefined) return [];
    if (!isWellTyped(read)) return [`a field of another type: ${begin}`];
    const again = fromEnvelope(toEnvelope(read));
    const isSame = isDeepStrictEqual(again, read);
    return isSame ? [] : [`another event after writing and reading it again: ${begin}`];
  } catch (error) {
    return [`fromEnvelope throws: ${error instanceof Error ? error.stack : error}: ${text.slice(0, 300)}`];
  }
}

/** Whether every field is of the type that it says. */
function isWellTyped(read: Readonly<Record<string, unknown>>): boolean {
  const types: Readonly<Record<string, readonly string[]>> = {
    ...{ id: ["string"], source: ["string"], key: ["string"], type: ["string", "undefined"], bodyCovered: ["boolean"] },
    ...{ livemode: ["boolean"], tenant: ["string"], contentType: ["string"], deposit: ["string"], period: ["string"] },
    replay: ["string"],
  };
  const isTyped = ([name, value]: readonly [string, unknown]) => {
    if (name === "received") return value instanceof Date;
    if (name === "body") return value instanceof Uint8Array;
    if (name === "queues") return Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
    if (name === "unsigned") return Array.isArray(value) && value.every((one) => one === "id" || one === "type");
    return types[name]?.includes(typeof value) === true;
  };
  return Object.entries(read).every(isTyped);
}

/** By CloudEvents and our own three fields, read without any of our code. */
function isOurs(text: string): boolean {
  let json: Record<string, unknown> | null;
  try {
    json = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof json !== "object" || json === null) return false;
  const own = new Map(Object.entries(json));
  const isText = (name: string) => typeof own.get(name) === "string";
  const data = own.get("data_base64");
  const isCanonical = typeof data === "string" && Buffer.from(data, "base64").toString("base64") === data;
  const isTime = isText("time") && !Number.isNaN(Date.parse(String(own.get("time"))));
  const hasContent = isCanonical || isText("dataref");
  return (
    own.get("specversion") === "1.0" && ["id", "source", "type", "hooklinekey"].every(isText) && isTime && hasContent
  );
}

function event(chance: Chance): WebhookEvent | DepositedEvent {
  const of = {
    id: chance.pick(["evt_1", "evt_2", "🦊", "\ud800", "\u0000"]),
    type: chance.pick(["order.created", "untyped", undefined]),
    source: "acme",
    key: chance.pick(["evt_1", "evt_2", "#hash"]),
    received: new Date("2026-03-04T05:06:00.000Z"),
    bodyCovered: chance.once(2),
    ...(chance.once(2) ? { tenant: "biz_1", livemode: chance.once(2) } : {}),
    ...(chance.once(2) ? { unsigned: ["id", "type"] as const } : {}),
    ...(chance.once(2) ? { period: "3600000-492501" } : {}),
    ...(chance.once(4) ? { replay: "2026-03-04-a1" } : {}),
    ...(chance.once(2) ? { queues: chance.pick([[], ["acme-a"], ["acme-a", "acme-b"]]) } : {}),
  };
  return chance.once(8)
    ? { ...of, deposit: "bodies/none" }
    : { ...of, body: utf8.encode(chance.pick(['{"amount":5}', "", "?", "null"])) };
}
