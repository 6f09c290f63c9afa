import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everyWay, privateText, rows, seconds, signed } from "./abuse.ts";

const body = new TextEncoder().encode(`{"id":"evt_1","data":"${privateText}"}`);

/** Signed by any text, as far as the provider's form allows. */
function signedBy(source: string, secret: string) {
  const row = rows[source];
  assert.ok(row !== undefined);
  const time = `${seconds}`;
  const headers = { ...row.others([time]), [row.header]: row.write([row.sign(body, time, secret)], [time]) };
  return { source, headers, body };
}

describe("a secret that is not set", () => {
  const unset: Readonly<Record<string, readonly string[]>> = {
    "no secret": [],
    "an empty one": [""],
    blanks: [" "],
    "a newline": ["\r\n"],
    "blanks of Unicode": ["\u00a0\u2003\ufeff"],
    "several of them": ["", " ", "\t"],
  };
  for (const [what, secrets] of Object.entries(unset)) {
    it(`is answered 503, and is never used as a key: ${what}`, async () => {
      for (const source of Object.keys(rows)) {
        for (const secret of ["", ...secrets]) {
          const { headers, ...rest } = signedBy(source, secret);
          // Of a token of blanks nothing is left; the others are signatures.
          const fit = Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\0-\xff]/g, "")]),
          );
          await everyWay({ ...rest, headers: fit }, "503 secret-unset", { secrets });
        }
        await everyWay(signed(source, "{}"), "503 secret-unset", { secrets });
      }
    });
  }

  it("is answered 503 also without a signature, so that a provider does not give up its set-up", async () => {
    await everyWay({ source: "github", headers: {}, body }, "503 secret-unset", { secrets: [] });
  });
});

describe("a secret that was never filled in", () => {
  for (const [secret, reason] of [
    ["whsec_", "unset"],
    ["whsec_<your secret>", "unset"],
    ["<secret>", "unset"],
    ["whsec_TODO", "unset"],
    ["whsec_changeme!", "malformed"],
    ["***", "unset"],
    ["*-*", "malformed"],
  ] as const) {
    it(`is answered 503 where the provider's secrets have a format: ${secret}`, async () => {
      await everyWay(signedBy("standard-webhooks", secret), `503 secret-${reason}`, { secrets: [secret] });
    });
  }

  for (const secret of ["changeme", "TODO", "your-secret", "<secret>", "********"]) {
    it(`is answered 503 where any text may be a secret: ${secret}`, async () => {
      await everyWay(signedBy("github", secret), "503 secret-unset", { secrets: [secret] });
    });
  }
});
