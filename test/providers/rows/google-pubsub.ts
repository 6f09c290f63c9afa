import { createHmac, sign } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, jwt, keys, secondsAt, utf8, variants } from "../row-keys.ts";

const email = "push@example.iam.gserviceaccount.com";
const secret = `https://hooks.example/google-pubsub|${email}`;
const otherSecret = `https://hooks.example/other|${email}`;
const body = json({ message: { messageId: "136969346945", data: "aGk=", attributes: { a: "b" } }, subscription: "s" });
const claims = {
  aud: "https://hooks.example/google-pubsub",
  azp: "113774264463038321964",
  email,
  email_verified: true,
  exp: secondsAt(3600),
  iat: secondsAt(0),
  iss: "https://accounts.google.com",
  sub: "113774264463038321964",
};
const head = { alg: "RS256", kid: "k1", typ: "JWT" };
const rsa = (content: string) => sign("sha256", utf8.encode(content), keys.rsa);
const by = (change: object, header: object = head, signature = rsa) => ({
  headers: { authorization: `Bearer ${jwt(header, { ...claims, ...change }, signature)}` },
  body,
});
const wrong = "signature-wrong";
const bare = by({}).headers.authorization.slice("Bearer ".length);

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  signingSecret: `${secret}|${keys.rsaSecret}`,
  unfitSecrets: ["https://hooks.example/google-pubsub", "a|b|c"],
  coversBody: false,
  right: by({}),
  events: [{ id: "136969346945" }],
  byOther: by({ aud: "https://hooks.example/other" }),
  documents: {
    "https://www.googleapis.com/oauth2/v3/certs": JSON.stringify({
      keys: [
        { ...keys.otherEcJwk, kid: "ec" },
        { ...keys.rsaJwk, kid: "example" },
        { ...keys.rsaJwk, kid: "k1", alg: "RS256", use: "sig" },
      ],
    }),
  },
  more: variants(secret, [
    ["verified", "with another body, which is not signed", { ...by({}), body: json({ message: { messageId: "1" } }) }],
    ["verified", "by the issuer without a scheme", by({ iss: "accounts.google.com" })],
    [wrong, "by another issuer", by({ iss: "https://accounts.google.com.evil.example" })],
    [wrong, "for another audience", by({ aud: "https://hooks.example/" })],
    [wrong, "for a list of audiences", by({ aud: [claims.aud] })],
    [wrong, "for another account", by({ email: "evil@example.iam.gserviceaccount.com" })],
    [wrong, "for an account that is not verified", by({ email_verified: false })],
    [wrong, "for an account that says it is verified", by({ email_verified: "true" })],
    [wrong, "by a key that Google does not publish", by({}, { ...head, kid: "k2" })],
    [wrong, "by a key that is named constructor", by({}, { ...head, kid: "constructor" })],
    [wrong, "by a key of another kind", by({}, { ...head, kid: "ec" })],
    [wrong, "without a key's name", by({}, { alg: "RS256" })],
    [wrong, "signed with SHA-1", by({}, head, (content) => sign("sha1", utf8.encode(content), keys.rsa))],
    ["timestamp-outside-window", "after its end", by({ exp: secondsAt(-61) })],
    ["timestamp-outside-window", "before it was made", by({ iat: secondsAt(61) })],
    ["timestamp-malformed", "without an end", by({ exp: undefined })],
    [
      "signature-malformed",
      "with the public key as the key of an HMAC",
      by({}, { ...head, alg: "HS256" }, (content) => createHmac("sha256", keys.rsaPem).update(content).digest()),
    ],
    ["signature-malformed", "that names no algorithm", by({}, { ...head, alg: "none" })],
    ["signature-malformed", "with its token alone", { headers: { authorization: bare }, body }],
    ["signature-malformed", "as Basic", { headers: { authorization: `Basic ${bare}` }, body }],
  ]),
};
