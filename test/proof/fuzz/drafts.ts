import { rows } from "../../providers/rows.ts";
import type { Chance } from "./chance.ts";
import { judges } from "./rightly-signed.ts";

/** A request on its way to become an event: mutations change it in place. */
export type Draft = {
  provider: string;
  method: string;
  path: string;
  body: Uint8Array<ArrayBuffer>;
  headers: [string, string][];
  /** How the body travels: as AWS sends it, under the wrong flag, or not at all. */
  travels: "rightly" | "flagged wrongly" | "flagged as nothing" | "not at all";
  /** How far the receiver's clock is off, in seconds. */
  clockSeconds: number;
};

/** What stands in every body here, and must stand in no line of a log and no answer. */
export const privateText = "private-4111";
/** When every signature here is made, in seconds. */
export const seconds = 1_767_607_200;

const utf8 = new TextEncoder();
const names = Object.keys(judges);
const long = "i".repeat(10_000);

/** What an id or a type may be in a body, as JSON text. */
const values: readonly string[] = [
  ...['"evt_1"', `"${long}"`, '"a#b%c/d"', '"=a"', '"\\ud800"', '"\\ud801"', '"\\u0000\\u001b\\n"', '"__proto__"'],
  ...['"constructor"', '"🦊"', '"\\u0130"', '" "', '""', "0", "-0", "1e400", "12345678901234567890", "null", "true"],
  ...["[]", "{}", '{"__proto__":1}', '["evt_1"]'],
];

/** What an id or a type may be in a header. */
const texts: readonly string[] = [
  ...[
    "evt_1",
    "",
    "a, b",
    "a#b%c/d",
    "__proto__",
    "constructor",
    "\u00ff\u0080",
    "a.1767607200.{}",
    "undefined",
    "push",
  ],
];

/** A rightly signed request of some provider, with a body that may be odd in itself. */
export function rightDraft(chance: Chance, step: number): Draft {
  const provider = names[chance.below(names.length)] ?? "github";
  const body = utf8.encode(chance.once(3) ? (rows[provider]?.body ?? "") : bodyText(chance, step));
  const draft: Draft = {
    ...{ provider, body, method: "POST", path: `/${provider}`, headers: [], travels: "rightly", clockSeconds: 0 },
  };
  draft.headers = Object.entries({ "content-type": "application/json", ...rows[provider]?.others([`${seconds}`]) });
  if (provider === "github" && chance.once(2)) setHeader(draft, "x-github-delivery", chance.pick(texts));
  if (provider === "github" && chance.once(4)) setHeader(draft, "x-github-event", chance.pick(texts));
  const { echoes } = rows[provider] ?? {};
  for (const header of Object.keys(echoes ?? {})) {
    if (chance.once(3)) setHeader(draft, header, chance.once(2) ? (echoes?.[header] ?? "") : chance.pick(texts));
  }
  signDraft(draft);
  return draft;
}

/** Signs the draft's body as its provider would now: whatever happened to it before. */
export function signDraft(draft: Draft, secret?: string): void {
  const row = rows[draft.provider];
  if (row === undefined) return;
  const time = `${seconds}`;
  setHeader(draft, row.header, row.write([row.sign(draft.body, time, secret ?? row.secret)], [time]));
}

/** Sets a header in place of all of its name. */
export function setHeader(draft: Draft, name: string, value: string): void {
  draft.headers = [...draft.headers.filter(([other]) => other.toLowerCase() !== name), [name, value]];
}

function bodyText(chance: Chance, step: number): string {
  const value = () => (chance.once(2) ? `"evt_${step}"` : chance.pick(values));
  if (chance.once(40)) return "[".repeat(10_000) + (chance.once(2) ? "]".repeat(10_000) : "");
  if (chance.once(40)) return `${'{"id":'.repeat(10_000)}1${"}".repeat(10_000)}`;
  const extra = chance.once(8) ? '"__proto__":{"id":"evt_2"},' : "";
  const fields = ["id", "type", "event", "action", "livemode", "store", "company_id"];
  const pairs = fields.filter(() => !chance.once(6)).map((name) => `"${name}":${value()},`);
  return `{${pairs.join("")}${extra}"data":"${privateText}"}`;
}
