import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { type JsonObject, jsonObject, textOf } from "../events/strict-json.ts";
import { type Refusal, refused } from "../outcome.ts";

/** A JSON Web Token in the compact form, taken apart: nothing in it is trusted before its signature is checked. */
export type Jwt = {
  readonly kind: "jwt";
  /** The key's id, where the header names one. */
  readonly kid: string | undefined;
  readonly claims: JsonObject;
  /** The signed bytes. */
  readonly content: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** The signature as sent. */
  readonly signatureText: string;
};

/** The algorithm, given by the caller and never by the token. */
type JwtAlgorithm = "HS256" | "RS256" | "ES256";

const utf8 = new TextEncoder();
const mostCharacters = 8192;

/**
 * Takes a token apart: three parts in unpadded base64url, of which two are JSON objects, and `alg` is the one expected.
 *
 * @param text The token; undefined where none was sent.
 * @param where Names its place in messages: `header "upstash-signature"`.
 */
export function readJwt(text: string | undefined, algorithm: JwtAlgorithm, where: string): Jwt | Refusal {
  if (text === undefined) return refused("signature-missing", `${where} is missing`);
  const malformed = refused("signature-malformed", `${where} holds no ${algorithm} token`);
  if (text.length > mostCharacters || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return malformed;
  const [head = "", payload = "", signatureText = ""] = text.split(".");
  const [header, claims] = [head, payload].map((part) => jsonObject(fromBase64Url(part) ?? new Uint8Array()));
  const signature = fromBase64Url(signatureText);
  if (header === undefined || claims === undefined || signature === undefined) return malformed;
  // Critical extensions are not supported here.
  if (textOf(header, "alg") !== algorithm || Object.hasOwn(header, "crit")) return malformed;
  const content = utf8.encode(`${head}.${payload}`);
  return { kind: "jwt", kid: textOf(header, "kid"), claims, content, signature, signatureText };
}

/**
 * Checks the times of a token: the required ones of `exp`, `iat` and `nbf` must be there, be numbers of seconds, and include
 * now, with `leewaySeconds` on both sides.
 *
 * @param rule.required What must be there; the others count where they are.
 * @param rule.mostSeconds How old `iat` may be at most.
 */
export function checkJwtTimes(
  claims: JsonObject,
  rule: {
    readonly required: readonly ("exp" | "nbf" | "iat")[];
    readonly leewaySeconds: number;
    readonly mostSeconds?: number;
  },
  now: Date,
): Refusal | undefined {
  const { leewaySeconds: leeway, mostSeconds = Number.POSITIVE_INFINITY } = rule;
  const seconds = now.getTime() / 1000;
  for (const name of ["exp", "nbf", "iat"] as const) {
    const time = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (time === undefined && !rule.required.includes(name)) continue;
    if (typeof time !== "number" || !Number.isFinite(time)) {
      return refused("timestamp-malformed", `the token's "${name}" is not in seconds`);
    }
    const late = name === "exp" && seconds > time + leeway;
    const early = name !== "exp" && seconds < time - leeway;
    const old = name === "iat" && seconds - time > mostSeconds;
    if (late || early || old) return refused("timestamp-outside-window", `the token's "${name}" does not allow now`);
  }
  return undefined;
}

/** A token with this header and these claims, signed as the provider would. */
export function writeJwt(header: JsonObject, claims: JsonObject, sign: (content: Uint8Array) => Uint8Array): string {
  const content = [header, claims].map((part) => toBase64Url(utf8.encode(JSON.stringify(part)))).join(".");
  return `${content}.${toBase64Url(sign(utf8.encode(content)))}`;
}
