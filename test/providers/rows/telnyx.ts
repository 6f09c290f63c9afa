import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { alone, bare } from "../row-schemes.ts";

const pair = generateKeyPairSync("ed25519");
const otherPair = generateKeyPairSync("ed25519");
const raw = (key: KeyObject) => key.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
const secret = raw(pair.publicKey);
const otherSecret = raw(otherPair.publicKey);

export const row: ProviderRow = {
  ...{ ...bare, header: "telnyx-signature-ed25519", encoding: "base64", coversBody: true, windowSeconds: 300 },
  ...{ secret, otherSecret },
  signingSecret: pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  unfitSecrets: [
    "correct horse",
    secret.slice(0, -1),
    Buffer.from(secret, "base64").toString("hex"),
    Buffer.alloc(31).toString("base64"),
  ],
  body: '{"data":{"event_type":"message.received","id":"b301","payload":{"text":"é✓"}},"meta":{"attempt":1}}',
  event: { id: "b301", type: "message.received" },
  sign: (body, time, by) => {
    const key = by === otherSecret ? otherPair.privateKey : pair.privateKey;
    return sign(null, Buffer.concat([Buffer.from(`${time}|`), body]), key).toString("base64");
  },
  write: alone,
  others: (times) => ({ "telnyx-timestamp": times.join(", ") }),
  strangers: () => ({ "x-signature-ed25519": "0".repeat(128) }),
};
