import { createHash, sign } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, jwt, keys, secondsAt, utf8, variants } from "../row-keys.ts";

const secret = "production|client1|secret1";
const otherSecret = "sandbox|client1|secret2";
const kid = "00000000-0000-4000-8000-000000000000";
const body = json({ webhook_type: "TRANSACTIONS", webhook_code: "SYNC_UPDATES_AVAILABLE", note: "é✓ $&" });
const hash = createHash("sha256").update(body).digest("hex");
const head = { alg: "ES256", kid, typ: "JWT" };
const ec = (content: string) => sign("sha256", utf8.encode(content), { key: keys.ec, dsaEncoding: "ieee-p1363" });
const by = (change: object, header: object = head, signature = ec) => ({
  headers: {
    "plaid-verification": jwt(header, { iat: secondsAt(0), request_body_sha256: hash, ...change }, signature),
  },
  body,
});
const wrong = "signature-wrong";
const key = { ...keys.ecJwk, alg: "ES256", use: "sig", kid, created_at: 1, expired_at: null };

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  signingSecret: keys.ecSecret,
  unfitSecrets: ["client1|secret1", "development|client1|secret1", "evil.example/|client1|secret1"],
  coversBody: true,
  right: by({}),
  events: [{ id: `${secondsAt(0)}.${hash}`, type: "TRANSACTIONS", subtype: "SYNC_UPDATES_AVAILABLE" }],
  documents: {
    "https://production.plaid.com/webhook_verification_key/get": JSON.stringify({ key, request_id: "r" }),
    "https://sandbox.plaid.com/webhook_verification_key/get": JSON.stringify({ key: { ...key, ...keys.otherEcJwk } }),
  },
  more: variants(secret, [
    [wrong, "by a key of another name", by({}, { ...head, kid: "bfbd5111" })],
    [wrong, "by a key with an impossible name", by({}, { ...head, kid: "a/b\n" })],
    [wrong, "without a key's name", by({}, { alg: "ES256" })],
    [wrong, "with a signature in DER", by({}, head, (content) => sign("sha256", utf8.encode(content), keys.ec))],
    [wrong, "with a hash in upper case", by({ request_body_sha256: hash.toUpperCase() })],
    [wrong, "without a hash", by({ request_body_sha256: undefined })],
    ["verified", "5 minutes old", by({ iat: secondsAt(-300) })],
    ["timestamp-outside-window", "a second older", by({ iat: secondsAt(-301) })],
    ["timestamp-outside-window", "in the future", by({ iat: secondsAt(61) })],
    ["timestamp-malformed", "without a time", by({ iat: undefined })],
    ["signature-malformed", "that names another algorithm", by({}, { ...head, alg: "HS256" })],
    ["signature-malformed", "that names no algorithm", by({}, { ...head, alg: "none" })],
  ]),
};
