import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { checkEndpointCommand } from "../../../operate/cli/check-endpoint.ts";
import { endpoints } from "../../../operate/cli/endpoints.ts";
import { send } from "../../../operate/cli/send.ts";
import { why } from "../../../operate/cli/why.ts";

const missing = "whsec_private_by_mistake";
const present = fileURLToPath(import.meta.url);

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  "--secret-file": () => send(["github/push", "--url", "http://127.0.0.1:1", "--secret-file", missing], () => {}),
  "--body-file": () =>
    send(["github/push", "--url", "http://127.0.0.1:1", "--secret-file", present, "--body-file", missing], () => {}),
  "--headers-file": () => why(whyOf({ headers: missing }), () => {}),
  "--other-secret-file": () => why(whyOf({ other: missing }), () => {}),
  "--key-file": () =>
    endpoints(["dev", "hackmamba", "list", "--url", "https://a.example", "--key-file", missing], () => {}),
};

type Files = { readonly secret?: string; readonly body?: string; readonly headers?: string; readonly other?: string };

function whyOf({ secret = present, body = present, headers, other = present }: Files): string[] {
  const files = ["--secret-file", secret, "--body-file", body, ...(headers ? ["--headers-file", headers] : [])];
  return ["--provider", "github", ...files, "--other-secret-file", other];
}

describe("a file that an option names", () => {
  const everywhere: readonly (readonly [string, () => Promise<unknown>])[] = [
    ...Object.entries(calls),
    ["--secret-file", () => why(whyOf({ secret: missing }), () => {})],
    ["--body-file", () => why(whyOf({ body: missing }), () => {})],
    [
      "--secret-file",
      () => checkEndpointCommand(["http://127.0.0.1:1", "--provider", "github", "--secret-file", missing], () => {}),
    ],
  ];
  for (const [option, call] of everywhere) {
    it(`is named by its option where it is missing, and not by its name: ${option}`, async () => {
      await assert.rejects(call(), (error: Error) => {
        assert.equal(error.message, `Cannot read ${option}: ENOENT. It takes the name of a file that is there`);
        return true;
      });
    });
  }
});
