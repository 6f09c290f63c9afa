import { createHmac } from "node:crypto";

export const standardKey = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** HMAC-SHA256 as text. */
export function hmac(
  key: string | Uint8Array,
  encoding: "hex" | "base64",
  ...parts: readonly (string | Uint8Array)[]
): string {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/** HMAC-SHA256 in hex over the body alone. */
export const overBody = {
  secret: "correct horse",
  otherSecret: "battery staple",
  coversBody: true,
  encoding: "hex",
  sign: (body: Uint8Array, _: string, secret: string) => hmac(secret, "hex", body),
  others: () => ({}),
} as const;

/** HMAC-SHA256 in hex over time and body, within 300 s. */
export const overTimeAndBody = {
  ...overBody,
  windowSeconds: 300,
  sign: (body: Uint8Array, time: string, secret: string) => hmac(secret, "hex", `${time}.`, body),
} as const;

/** The signature alone in its header. */
export const bare = { form: "bare", label: "", otherLabels: ["sha256=", "v1="], write: alone } as const;
/** `sha256=` before the signature. */
export const sha256 = { form: "labelled", label: "sha256=", otherLabels: ["", "sha1=", "SHA256=", "sha256"] } as const;

/** Signatures as they are. */
export function alone(signatures: readonly string[]): string {
  return signatures.join(" ");
}

/** Signatures behind `sha256=`. */
export function labelled(signatures: readonly string[]): string {
  return signatures.map((text) => `sha256=${text}`).join(" ");
}

/** `t=…,v1=…`, and whatever else the sender puts there. */
export const commas = {
  form: "commas",
  label: "v1=",
  otherLabels: ["v0=", "v2=", "V1=", "v1:", ""],
  write: (signatures: readonly string[], times: readonly string[]) =>
    [...times.map((time) => `t=${time}`), ...signatures.map((text) => `v1=${text}`), `v0=${"0".repeat(64)}`].join(","),
} as const;

/** The three headers of Standard Webhooks. */
export const standard = {
  header: "webhook-signature",
  form: "spaces",
  label: "v1,",
  otherLabels: ["v1a,", "v2,", "v0,", "V1,", "v1=", ""],
  encoding: "base64",
  windowSeconds: 300,
  coversBody: true,
  write: (signatures: readonly string[]) => signatures.map((text) => `v1,${text}`).join(" "),
  others: (times: readonly string[]) => ({ "webhook-id": "msg_1", "webhook-timestamp": times.join(", ") }),
} as const;
