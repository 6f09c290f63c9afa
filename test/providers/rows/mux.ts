import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "mux-signature" },
  body: '{"type":"video.asset.ready","id":"m-1","environment":{"name":"Zoë","id":"env-1"},"attempts":[]}',
  event: { id: "m-1", type: "video.asset.ready", tenant: "env-1" },
  strangers: (body) => ({ "x-mux-signature": hmac(overTimeAndBody.secret, "hex", body) }),
};
