import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import type { SentRequest } from "../contract/provider-row.ts";
import { now, seconds, type Variant } from "../contract/provider-variants.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherEc = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Key pairs of a run of the tests. */
export const keys = {
  rsa: rsa.privateKey,
  rsaPem: String(rsa.publicKey.export({ type: "spki", format: "pem" })),
  rsaJwk: rsa.publicKey.export({ format: "jwk" }),
  rsaSecret: rsa.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
  ec: ec.privateKey,
  ecJwk: ec.publicKey.export({ format: "jwk" }),
  ecSecret: ec.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
  otherEcJwk: otherEc.publicKey.export({ format: "jwk" }),
};

export const utf8: TextEncoder = new TextEncoder();

/** The bytes of JSON. */
export function json(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8.encode(JSON.stringify(value));
}

/** RSA with SHA-1 or SHA-256, in base64. */
export function rsaSign(hash: "sha1" | "sha256", content: string): string {
  return sign(hash, Buffer.from(content), keys.rsa).toString("base64");
}

/** Two parts of a token, and what makes the third of them. */
export function jwt(header: unknown, claims: unknown, signature: (content: string) => Buffer): string {
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${signature(content).toString("base64url")}`;
}

/** ISO time so many seconds after now. */
export function isoAt(by: number): string {
  return new Date(now.getTime() + by * 1000).toISOString();
}

/** Seconds so many after now. */
export function secondsAt(by: number): number {
  return seconds + by;
}

/** Variants of one provider: what is sent, by what name, and the answer. */
export function variants(
  secret: string,
  given: readonly (readonly [Variant["expected"], string, SentRequest])[],
): readonly Variant[] {
  return given.map(([expected, name, request]) => ({ secrets: [secret], ...request, name, expected }));
}
