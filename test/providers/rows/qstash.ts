import { createHash, createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, jwt, secondsAt, variants } from "../row-keys.ts";

const secret = "sig_current";
const otherSecret = "sig_next";
const url = "https://hooks.example/qstash";
const body = json({ note: "é✓ $& {body}" });
const hash = createHash("sha256").update(body).digest("base64url");
const claims = {
  iss: "Upstash",
  sub: url,
  exp: secondsAt(300),
  nbf: secondsAt(0),
  iat: secondsAt(0),
  jti: "jwt_1",
  body: `${hash}=`,
};
const head = { alg: "HS256", typ: "JWT" };
const token = (change: object = {}, key = secret, header: object = head) =>
  jwt(header, { ...claims, ...change }, (content) => createHmac("sha256", key).update(content).digest());
const bearing = (text: string) => ({
  headers: { "upstash-signature": text, "upstash-message-id": "msg_1" },
  body,
});
const by = (change: object, header: object = head) => bearing(token(change, secret, header));
const [late, malformed] = ["timestamp-outside-window", "timestamp-malformed"] as const;

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  url,
  coversBody: true,
  right: bearing(token()),
  events: [{ id: "msg_1", unsigned: ["id"] }],
  byOther: bearing(token({}, otherSecret)),
  optionalHeaders: ["upstash-message-id"],
  more: variants(secret, [
    ["verified", "with an unpadded hash", by({ body: hash })],
    ["signature-wrong", "for another body", by({ body: createHash("sha256").digest("base64url") })],
    ["signature-wrong", "without a hash", by({ body: undefined })],
    ["signature-wrong", "by another issuer", by({ iss: "upstash" })],
    ["signature-wrong", "for another URL", by({ sub: `${url}/` })],
    ["verified", "within the leeway of its end", by({ exp: secondsAt(-60) })],
    [late, "a second after it", by({ exp: secondsAt(-61) })],
    ["verified", "within the leeway of its beginning", by({ nbf: secondsAt(60) })],
    [late, "a second before it", by({ nbf: secondsAt(61) })],
    [malformed, "without an end", by({ exp: undefined })],
    [malformed, "without a beginning", by({ nbf: undefined })],
    [malformed, "with an end in text", by({ exp: `${secondsAt(300)}` })],
    [malformed, "with an end beyond numbers", bearing(beyond())],
    ["signature-malformed", "that names no algorithm", by({}, { alg: "none" })],
    ["signature-malformed", "that names another algorithm", by({}, { alg: "RS256" })],
    ["signature-malformed", "with a critical extension", by({}, { ...head, crit: ["b64"], b64: false })],
    ["signature-malformed", "without a signature", bearing(`${token().split(".").slice(0, 2).join(".")}.`)],
    ["signature-malformed", "in two parts", bearing(token().split(".").slice(0, 2).join("."))],
    ["signature-malformed", "in four parts", bearing(`${token()}.a`)],
    ["signature-malformed", "padded", bearing(`${token()}=`)],
    ["signature-malformed", "behind Bearer", bearing(`Bearer ${token()}`)],
    ["signature-malformed", "beyond all measure", by({ jti: "a".repeat(9000) })],
  ]),
};

/** JSON holds numbers that are none to JavaScript. */
function beyond(): string {
  const [header = "", payload = ""] = token().split(".");
  const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/")).replace(
    `"exp":${secondsAt(300)}`,
    '"exp":1e999',
  );
  const content = `${header}.${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}
