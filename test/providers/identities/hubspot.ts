import type { Identity } from "../identities.ts";

const change = {
  ...{ eventId: 1, subscriptionId: 12, portalId: 62515, appId: 54321, occurredAt: 1767607200000, attemptNumber: 0 },
  ...{ subscriptionType: "contact.associationChange", associationType: "CONTACT_TO_COMPANY" },
  ...{ fromObjectId: 1, toObjectId: 2, associationRemoved: false },
};

export const identity: Identity = {
  events: [
    "an association that is made and then removed",
    { body: [change] },
    { body: [{ ...change, associationRemoved: true }] },
  ],
  retry: [
    "the same event",
    "the attempt is counted in the body, and signed anew",
    { body: [change] },
    { body: [{ ...change, attemptNumber: 1 }], seconds: 3600 },
  ],
};
