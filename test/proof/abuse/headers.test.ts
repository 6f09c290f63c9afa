import { describe, it } from "node:test";
import { type Abuse, everyWay, privateText, signed } from "./abuse.ts";

const json = `{"id":"evt_1","event":"order.created","data":"${privateText}"}`;
const megabyte = "v".repeat(1_048_576);

/** Puts headers into the event itself, where nothing has looked at them yet. */
function raw(source: string, headers: readonly (readonly [string, string])[]): Abuse {
  const change: Abuse["change"] = (event) => {
    return { ...event, headers: Object.fromEntries([...Object.entries(event.headers), ...headers]) };
  };
  return { ...signed(source, json), change };
}

describe("a header that HTTP does not have", () => {
  const values = {
    "a NUL": "a\0b",
    "a line break": "a\r\nx-b: c",
    "a line feed": "a\nb",
    "a lone surrogate": "\ud800",
    "an emoji": "🦊",
  };
  for (const [what, value] of Object.entries(values)) {
    it(`decides nothing where its provider does not read it: ${what} in a value`, async () => {
      await everyWay(raw("github", [["x-other", value]]), "200 accepted");
      await everyWay(raw("stripe", [["x-github-event", value]]), "200 accepted");
      await everyWay(raw("stripe", [["Content-Type", value]]), "200 accepted");
    });

    it(`is answered 400 where its provider reads it, though another is rightly signed: ${what} in a value`, async () => {
      const needed = {
        github: ["x-hub-signature-256", "x-github-event", "x-github-delivery"],
        stripe: ["stripe-signature"],
        whop: ["webhook-signature", "webhook-timestamp", "webhook-id"],
        whatalo: ["x-webhook-id", "x-webhook-event"],
      };
      for (const [source, names] of Object.entries(needed)) {
        for (const name of names) {
          await everyWay(raw(source, [[name, value]]), "400 request-malformed");
          await everyWay(raw(source, [[name.toUpperCase(), value]]), "400 request-malformed");
        }
      }
    });
  }

  for (const name of ["", " ", "bad name", "x:y", "x\0y", "x\r\ny", "é", "x(y)"]) {
    it(`decides nothing: the name ${JSON.stringify(name)}`, async () => {
      await everyWay(raw("github", [[name, "a"]]), "200 accepted");
    });
  }

  it("is answered 400 under a needed name with blanks around it, and is not read as the signature", async () => {
    const { headers } = signed("github", json);
    const { "x-hub-signature-256": right = "", ...others } = headers;
    for (const name of ["x-hub-signature-256 ", " X-Hub-Signature-256"]) {
      await everyWay({ ...raw("github", [[name, right]]), headers: others }, "400 request-malformed");
    }
  });
});

describe("a header of 1 MB", () => {
  it("does not disturb a rightly signed request", async () => {
    for (const name of ["x-other", "content-type", "user-agent"])
      await everyWay(raw("stripe", [[name, megabyte]]), "200 accepted");
  });

  it("is no signature", async () => {
    await everyWay(raw("github", [["x-hub-signature-256", megabyte]]), "401 signature-malformed");
    await everyWay(raw("github", [["x-hub-signature-256", `sha256=${megabyte}`]]), "401 signature-malformed");
    await everyWay(raw("stripe", [["stripe-signature", "v1=a,".repeat(200_000)]]), "401 signature-malformed");
    await everyWay(raw("whop", [["webhook-signature", `v1,a${" ".repeat(1_000_000)}v1,b`]]), "401 signature-malformed");
  });

  it("is no time", async () => {
    await everyWay(raw("whop", [["webhook-timestamp", "1".repeat(1_048_576)]]), "401 signature-wrong");
  });

  it("is no id that was signed", async () => {
    await everyWay(raw("whop", [["webhook-id", megabyte]]), "401 signature-wrong");
  });
});

describe("a header that is there twice, under names that differ in case", () => {
  const { headers } = signed("github", json);
  const right = headers["x-hub-signature-256"] ?? "";

  it("is no signature, whichever of the two is right", async () => {
    for (const other of [right, "sha256=00", "", "x"]) {
      await everyWay(raw("github", [["X-Hub-Signature-256", other]]), "401 signature-malformed");
    }
  });

  it("contradicts a body that says it once", async () => {
    const twice = [
      ["x-webhook-id", "evt_1"],
      ["X-Webhook-Id", "evt_1"],
    ] as const;
    await everyWay(raw("whatalo", twice), "401 header-contradicts");
  });

  it("is no time", async () => {
    await everyWay(raw("whop", [["Webhook-Timestamp", "1767607200"]]), "401 signature-wrong");
  });
});

describe("a header named like a prototype's property", () => {
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
    it(`is a header like any other: ${name}`, async () => {
      await everyWay(raw("github", [[name, "x-hub-signature-256"]]), "200 accepted");
      const bare = { ...raw("github", [[name, "sha256=00"]]), headers: {} };
      await everyWay(bare, "401 signature-missing");
    });
  }
});
