import type { Identity } from "../identities.ts";

const message = {
  ...{ Type: "Notification", Message: "same", TopicArn: "arn:aws:sns:eu-central-1:123456789012:example" },
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
};

export const identity: Identity = {
  events: [
    "equal texts published twice",
    { body: message },
    { body: { ...message, MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf325" } },
  ],
  retry: ["the same event", "the same id", { body: message }, { body: message, seconds: 60 }],
};
