import type { Identity } from "../identities.ts";

const body = { webhook_type: "TRANSACTIONS", webhook_code: "SYNC_UPDATES_AVAILABLE", item_id: "1" };

export const identity: Identity = {
  events: ["the same news twice a day", { body }, { body, seconds: 43_200 }],
  retry: ["another event", "the same bytes under a token of a later time", { body }, { body, seconds: 30 }],
};
