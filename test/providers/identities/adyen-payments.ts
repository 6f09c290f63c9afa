import type { Identity } from "../identities.ts";

const dispute = {
  ...{ pspReference: "P", originalReference: "O", merchantAccountCode: "A", merchantReference: "R", success: "true" },
  ...{ amount: { currency: "EUR", value: 1 }, eventCode: "CHARGEBACK", eventDate: "2026-01-05T10:00:00+01:00" },
};
const sent = (disputeStatus: string) => ({
  body: {
    live: "false",
    notificationItems: [{ NotificationRequestItem: { ...dispute, additionalData: { disputeStatus } } }],
  },
});

export const identity: Identity = {
  events: ["a chargeback that is undefended and then lost", sent("Undefended"), sent("Lost")],
  retry: ["the same event", "the identical notification", sent("Lost"), { ...sent("Lost"), seconds: 86_400 }],
};
