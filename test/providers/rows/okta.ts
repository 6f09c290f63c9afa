import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches } from "../row-bodies.ts";
import { alone, hmac } from "../row-schemes.ts";

const login = '{"uuid":"u-1","published":"2026-01-05T10:00:00.000Z","eventType":"user.session.start","note":"é✓"}';
const created = '{ "uuid":"u-2", "eventType":"user.lifecycle.create" }';
const secret = "Basic aG9va3M6Y29ycmVjdCBob3JzZQ==";

const okta: ProviderRow = {
  secret,
  otherSecret: "Bearer battery-staple",
  header: "authorization",
  form: "token",
  encoding: "text",
  label: "",
  otherLabels: [],
  coversBody: false,
  body: `{"eventType":"com.okta.event_hook","eventId":"e-1","data":{"events":[${login},${created}]}}`,
  events: [
    { id: "u-1", type: "user.session.start", body: login },
    { id: "u-2", type: "user.lifecycle.create", body: created },
  ],
  sign: (_, __, by) => by,
  write: alone,
  others: () => ({}),
  strangers: (body) => ({ "x-api-key": secret, "x-signature": hmac(secret, "hex", body) }),
};

const bytes = new TextEncoder().encode(okta.body);
const sent = (authorization: string) => ({ body: bytes, headers: { authorization }, secrets: [secret] });

export const row: ProviderRow = {
  ...okta,
  more: [
    ...oddBatches(okta, {
      wrap: (items) => `{"data":{"events":[${items.join()}]}}`,
      others: ["[]", '{"data":[]}', '{"data":{"events":{}}}'],
    }),
    { name: "with its scheme in lower case", ...sent(secret.replace("Basic", "basic")), expected: "signature-wrong" },
    { name: "without its scheme", ...sent(secret.slice(6)), expected: "signature-wrong" },
  ],
};
