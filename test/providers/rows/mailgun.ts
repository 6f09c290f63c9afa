import { createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, secondsAt, variants } from "../row-keys.ts";

const secret = "key-of-a-test";
const otherSecret = "key-of-another";
const token = "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0";
const data = { event: "delivered", id: "evt-1", recipient: "alice@example.com", note: "é✓ $&" };

function sent(timestamp: unknown = `${secondsAt(0)}`, change: object = {}, key = secret) {
  const signature = createHmac("sha256", key).update(`${timestamp}${token}`).digest("hex");
  return { headers: {}, body: json({ signature: { timestamp, token, signature, ...change }, "event-data": data }) };
}

const mac = (key: string) =>
  createHmac("sha256", key)
    .update(`${secondsAt(0)}${token}`)
    .digest("hex");
const shifted = { timestamp: `${secondsAt(0)}`.slice(0, -1), token: `${`${secondsAt(0)}`.slice(-1)}${token}` };

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  coversBody: false,
  right: sent(),
  events: [{ id: token, type: "delivered" }],
  byOther: sent(undefined, {}, otherSecret),
  more: variants(secret, [
    ["verified", "at a time in a number", sent(secondsAt(0))],
    [
      "verified",
      "of a subaccount, by the main account",
      sent(undefined, { "parent-signature": mac(secret), signature: mac("sub") }),
    ],
    ["signature-wrong", "by neither account", sent(undefined, { "parent-signature": mac("a"), signature: mac("b") })],
    ["verified", "sent again after 9 hours with its first time", sent(`${secondsAt(-32_400)}`)],
    ["timestamp-outside-window", "a second too old", sent(`${secondsAt(-32_401)}`)],
    ["timestamp-outside-window", "a second too far in the future", sent(`${secondsAt(32_401)}`)],
    ["timestamp-malformed", "at a time that is none", sent("yesterday!")],
    ["timestamp-malformed", "with a digit moved from the time to the token", sent(undefined, shifted)],
    ["signature-wrong", "with another token", sent(undefined, { token: `${token}0` })],
    ["signature-wrong", "with another time", sent(undefined, { timestamp: `${secondsAt(1)}` })],
    ["signature-malformed", "with a signature in upper case", sent(undefined, { signature: "A".repeat(64) })],
    ["signature-missing", "with a signature that is no text", sent(undefined, { signature: ["a"] })],
    ["signature-missing", "without a token", sent(undefined, { token: "" })],
    ["signature-missing", "with a list as its signature", { headers: {}, body: json({ signature: [] }) }],
    ["signature-missing", "of null", { headers: {}, body: json(null) }],
    ["signature-missing", "without a body", { headers: {}, body: new Uint8Array() }],
  ]),
};
