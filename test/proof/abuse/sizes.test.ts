import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { type Abuse, everyWay, privateText, signed } from "./abuse.ts";

const limited = { bodyLimitBytes: 1000 };
const tooLarge = "413 body-too-large";
const of = (length: number) => signed("github", `${privateText}${"x".repeat(length - privateText.length)}`);
const withLength = (length: number, header: Readonly<Record<string, string>>) => {
  const { headers, ...rest } = of(length);
  return { ...rest, headers: { ...headers, ...header } };
};

describe("a body that is too large", () => {
  it("is refused where content-length says so", async () => {
    await everyWay(withLength(1001, { "content-length": "1001" }), tooLarge, limited);
  });

  it("is refused where nothing says so", async () => {
    const change: Abuse["change"] = (event) => {
      const { "content-length": _, ...headers } = event.headers;
      return { ...event, headers };
    };
    await everyWay({ ...of(1001), change }, tooLarge, limited);
  });

  it("is refused where content-length says less", async () => {
    for (const length of ["0", "10", "-1", "1e1", "x"]) {
      await everyWay(withLength(1001, { "content-length": length }), tooLarge, limited);
    }
  });

  it("is measured in bytes, neither in characters nor as base64", async () => {
    await everyWay(signed("github", "é".repeat(501)), tooLarge, limited);
    await everyWay(signed("github", "é".repeat(500)), "200 accepted", limited);
    await everyWay(of(1000), "200 accepted", limited);
  });

  it("is more than 6 MiB where nothing else is set", async () => {
    const bytes = Buffer.alloc(6 * 1_048_576 + 1, "x");
    await everyWay(signed("github", new Uint8Array(bytes)), tooLarge);
    await everyWay({ ...signed("github", "x"), body: new Uint8Array(bytes) }, tooLarge);
  });

  it("is refused before its signature is looked at", async () => {
    await everyWay({ ...of(1001), headers: {} }, tooLarge, limited);
  });
});

describe("a content-length that is not true", () => {
  it("changes nothing for a body that is rightly signed", async () => {
    for (const length of ["0", "99999999999", "-1", "x", ""]) {
      await everyWay(withLength(100, { "content-length": length }), "200 accepted");
    }
  });
});
