import type { Identity } from "../identities.ts";

const event = { id: 1, attempt_number: 1, event: { id: "24934862", type: "charge:confirmed" } };

export const identity: Identity = {
  events: [
    "another event",
    { body: event },
    { body: { ...event, event: { id: "24934863", type: "charge:confirmed" } } },
  ],
  retry: [
    "the same event",
    "id and number of the attempt are others",
    { body: event },
    { body: { ...event, id: 2, attempt_number: 2 }, seconds: 3600 },
  ],
};
