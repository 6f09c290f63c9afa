import type { Identity } from "../identities.ts";

const body = { action: "membership.went_valid", company: "biz_1", data: { id: "mem_1" } };

export const identity: Identity = {
  events: ["a membership that went valid twice within the hour, with equal bytes", { body }, { body, seconds: 60 }],
  retry: ["the same event", "the same signature", { body }, { body, seconds: 60, signedSeconds: 0 }],
};
