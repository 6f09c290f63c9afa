import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";

function keyOf(seed: string): { readonly private: KeyObject; readonly hex: string; readonly pkcs8: string } {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { private: key, hex: spki.subarray(-32).toString("hex"), pkcs8: der.toString("base64") };
}

const mine = keyOf("thirty-two bytes of a seed: mine");
const another = keyOf("thirty-two bytes of another seed");

export const row: ProviderRow = {
  secret: mine.hex,
  otherSecret: another.hex,
  signingSecret: mine.pkcs8,
  unfitSecrets: [mine.hex.slice(2), `${mine.hex}00`, "zz".repeat(32), "correct horse"],
  body: '{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE","timestamp":"2026-01-05T10:00:00","data":{"n":"é"}}}',
  event: { type: "ENTITLEMENT_CREATE" },
  header: "x-signature-ed25519",
  form: "bare",
  encoding: "hex",
  label: "",
  otherLabels: ["v1=", "ed25519="],
  windowSeconds: 900,
  coversBody: true,
  sign: (body, time, secret) => {
    const key = secret === another.hex ? another : mine;
    return sign(null, Buffer.concat([Buffer.from(time), body]), key.private).toString("hex");
  },
  write: (signatures) => signatures.join(" "),
  others: (times) => ({ "x-signature-timestamp": times.join(", ") }),
  strangers: () => ({ "x-signature": "0".repeat(128) }),
};
