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
    it(`is our fault, and nobody's key: ${what}`, async () => {
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

  it("is our fault for requests without a signature too: a provider's set-up must not be given up", async () => {
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
    ["***", "malformed"],
  ] as const) {
    it(`is our fault where the provider's secrets have a form: ${secret}`, async () => {
      await everyWay(signedBy("standard-webhooks", secret), `503 secret-${reason}`, { secrets: [secret] });
    });
  }

  for (const secret of ["changeme", "TODO", "your-secret", "<secret>"]) {
    it(`is our fault where any text would do: ${secret}`, async () => {
      await everyWay(signedBy("github", secret), "503 secret-unset", { secrets: [secret] });
    });
  }
});
