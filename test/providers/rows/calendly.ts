import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "calendly-webhook-signature" },
  body: '{"event":"invitee.created","created_at":"2026-01-05T10:00:00.000000Z","payload":{"name":"Zoë $&"}}',
  event: { type: "invitee.created" },
  strangers: (body) => ({ "x-calendly-signature": hmac(overTimeAndBody.secret, "hex", body) }),
};
