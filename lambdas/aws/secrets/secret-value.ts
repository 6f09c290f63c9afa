import { defined } from "../../core/bytes/defined.ts";
import { MalformedSecretError } from "../../core/verify/malformed-secret.ts";
import { isUnset, withoutInvisible } from "../../core/verify/unset-secret.ts";

/** The stored value of a source's secret. */
export type SecretValue = {
  /** In the order in which they are tried; one counts until its time, or for good. */
  readonly secrets: readonly { readonly secret: string; readonly until?: Date }[];
  /** Until when a provider may hand over the secret itself, where none is set. */
  readonly handshakeUntil?: Date;
};

/**
 * Reads a stored value: a plain text is one secret, and a placeholder none; a JSON list holds `{ "secret": "…", "until": "<ISO
 * 8601>" }`, the time optional, and `{ "handshakeUntil": "<ISO 8601>" }`. A secret that itself begins with `{` or `[` must be
 * in such a list: as a plain text it is more likely JSON of another kind, as a console writes it.
 *
 * @throws {MalformedSecretError} For what looks like JSON and is no such list; no value stands in the message.
 *
 * @example
 * ```ts
 * import { parseSecretValue } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * equal(parseSecretValue('[{"secret":"new"},{"secret":"old","until":"2026-12-01T00:00:00Z"}]').secrets.length, 2);
 * equal(parseSecretValue("whsec_abc").secrets[0]?.secret, "whsec_abc");
 * ```
 */
export function parseSecretValue(text: string): SecretValue {
  if (isUnset(text)) return { secrets: [] };
  const bare = withoutInvisible(text);
  if (!/^[[{]/.test(bare)) return { secrets: [{ secret: text }] };
  const list = listIn(bare);
  let handshakeUntil: Date | undefined;
  const secrets = list.flatMap((entry: unknown, index) => {
    const { secret, until, handshakeUntil: opened, ...others } = { ...(entry as Record<string, unknown>) };
    const time = timeOf(until ?? opened);
    const isKnown = Object.keys(others).length === 0 && time !== null;
    if (isKnown && typeof secret === "string" && opened === undefined) {
      return [{ secret, ...defined({ until: time }) }];
    }
    if (isKnown && secret === undefined && until === undefined && time !== undefined) {
      handshakeUntil = time;
      return [];
    }
    throw new MalformedSecretError(
      `Cannot read the stored secrets: entry ${index} of the list is neither { secret, until? } nor { handshakeUntil }, times in ISO 8601`,
    );
  });
  return { secrets, ...defined({ handshakeUntil }) };
}

/**
 * Writes a value as {@linkcode parseSecretValue} reads it.
 *
 * @example
 * ```ts
 * import { formatSecretValue } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * equal(formatSecretValue({ secrets: [{ secret: "new" }] }), '[{"secret":"new"}]');
 * ```
 */
export function formatSecretValue({ secrets, handshakeUntil }: SecretValue): string {
  const opened = handshakeUntil === undefined ? [] : [{ handshakeUntil: handshakeUntil.toISOString() }];
  return JSON.stringify([...secrets, ...opened]);
}

function listIn(text: string): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Its message would quote the text.
  }
  if (Array.isArray(json)) return json;
  throw new MalformedSecretError(
    'Cannot read the stored secrets: they begin with "{" or "[" and are no list of secrets; write them with npm run secret',
  );
}

/** Null for an invalid time; undefined without one. */
function timeOf(text: unknown): Date | null | undefined {
  if (text === undefined) return undefined;
  const time = new Date(typeof text === "string" && /^\d{4}-\d\d-\d\dT/.test(text) ? text : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
