import { defined } from "../core/bytes/defined.ts";
import { checkOptions, matching, type Option, oneOf, type TableOf } from "../core/checks/options.ts";
import { isObject } from "../core/events/strict-json.ts";
import { sourceNamePattern } from "../core/ingress/source-path.ts";
import { defineProvider, type Field, type Provider } from "../core/provider.ts";

/** The differences between providers that sign the body alone with HMAC-SHA256. */
export type GenericOptions = {
  /** Its name, which is its file's name. Defaults to `generic`. */
  readonly name?: string;
  /** The header of the signature. Defaults to `x-signature`. */
  readonly header?: string;
  /** The text before the signature, such as `sha256=`. Defaults to none. */
  readonly prefix?: string;
  /** The encoding of the signature. Defaults to `hex`. */
  readonly encoding?: "hex" | "base64" | "base64url";
  /** The place of the event's id. Defaults to none: equal bodies within an hour are one event. */
  readonly id?: Field;
  /** The place of the event's type. Defaults to none: `_other.ts` gets every event. */
  readonly type?: Field;
};

const header = matching("the name of a header", /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
const field: Option = { expected: '{ header: "…" } or { json: "/…" }', fits: isField };

/** The options of `createGeneric`. */
export const genericTable: TableOf<GenericOptions> = {
  name: matching('lower-case letters, digits and "-"', sourceNamePattern),
  header,
  prefix: matching("a text without spaces", /^[!-~]+$/),
  encoding: oneOf("hex", "base64", "base64url"),
  id: field,
  type: field,
};

/**
 * A provider that signs the body alone with HMAC-SHA256, keyed with the text of its secret.
 *
 * With an id the identity is `id+body`, since nothing is known about the id; without one it is the body.
 *
 * @throws {TypeError} When an option is unknown or not of its form, with what was expected and received.
 *
 * @example
 * ```ts
 * import { createGeneric } from "@hookline/hookline/providers";
 *
 * export const acme = createGeneric({ name: "acme", header: "x-acme-signature", type: { json: "/type" } });
 * ```
 */
export function createGeneric(options: GenericOptions = {}): Provider {
  checkOptions(genericTable, options, { doing: "create generic provider", tellsTexts: true });
  const { name = "generic", header = "x-signature", prefix, encoding = "hex", id, type } = options;
  return defineProvider({
    name,
    title: name === "generic" ? "Generic HMAC-SHA256" : name,
    coversBody: true,
    answerWithinSeconds: 10,
    retryHours: 1,
    identity: id === undefined ? "body" : "id+body",
    verification: {
      algorithm: "hmac-sha256",
      key: "utf8",
      signature: prefix === undefined ? { header } : { header, take: prefix },
      encoding,
      signed: ["body"],
    },
    events: { ...defined({ id, type }) },
  });
}

/**
 * Generic HMAC-SHA256: anybody who signs the body with it.
 *
 * - **Secret**: a text that both sides know. The whole text is the key.
 * - **Signed**: the body alone, `x-signature`, plain hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: none, so the identity is the body, equal bodies within an hour are one event, and
 *   `lambdas/events/generic/_other.ts` gets all of them. Where there are such fields, use {@linkcode createGeneric}.
 * - **Retry**: unknown: the sender decides it. Equal bytes within an hour are the same event.
 * - **Patience**: the sender's; 10 s and an hour are assumed.
 */
export const generic: Provider = createGeneric();

function isField(value: unknown): boolean {
  if (!isObject(value)) return false;
  if ("header" in value) return header.fits(value.header);
  if ("echo" in value && !header.fits(value.echo)) return false;
  const pointers = "json" in value ? [value.json].flat() : [];
  return pointers.length > 0 && pointers.every((pointer) => typeof pointer === "string" && pointer.startsWith("/"));
}
