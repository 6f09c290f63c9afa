import type { Identity } from "../identities.ts";

const body = { type: "config.secrets.update", workplace: { id: "w" } };

export const identity: Identity = {
  events: ["two changes with equal bytes", { body }, { body, seconds: 1 }],
  retry: ["another event", "the same bytes", { body }, { body, seconds: 60 }],
};
