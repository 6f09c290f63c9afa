import type { Identity } from "../identities.ts";

const sent = (time: string, joint = "&") => {
  const xml = `<notification><timestamp>${time}</timestamp><kind>check</kind><subject/></notification>\n`;
  const fields = ["bt_signature=", `bt_payload=${encodeURIComponent(btoa(xml))}`];
  return { body: fields.join(joint), headers: { "content-type": "application/x-www-form-urlencoded" } };
};

export const identity: Identity = {
  events: ["the same check a second later", sent("2026-01-05T10:00:00Z"), sent("2026-01-05T10:00:01Z")],
  retry: [
    "the same event",
    "the same payload, in another spelling of the form",
    sent("1"),
    { ...sent("1", "&&"), seconds: 3600 },
  ],
};
