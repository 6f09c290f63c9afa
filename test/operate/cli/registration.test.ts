import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { type Registration, registrationCall } from "../../../operate/endpoints/registration.ts";

const given: Registration = {
  url: "https://abc.lambda-url.eu-west-1.on.aws/x",
  types: ["invoice.paid", "invoice.voided"],
  all: false,
  secretName: "hookline/dev/x",
};

/** Keys and secrets as the user's shell has them. */
const environment = {
  STRIPE_API_KEY: "key of stripe",
  GITHUB_TOKEN: "token of github",
  HACKMAMBA_API_KEY: "key of hackmamba",
  WEBHOOK_SECRET: "a $ecret",
};

/** Pastes a call into a shell whose curl only says its arguments, then what it reads. */
function paste(lines: readonly string[] | undefined): { readonly args: readonly string[]; readonly input: string } {
  const curl = `curl() { printf '%s\\n' "$@"; echo ----; cat; }\n`;
  const { stdout, stderr } = spawnSync("sh", ["-c", `${curl}${lines?.join("\n")}\n`], {
    encoding: "utf8",
    input: "",
    env: { PATH: process.env.PATH, ...environment },
  });
  assert.equal(stderr, "");
  const [args = "", input = ""] = stdout.split("----\n");
  return { args: args.trimEnd().split("\n"), input };
}

describe("the call that registers a source", () => {
  it("is, at Stripe: the URL and the types, form-encoded, the answer to a file", () => {
    assert.deepEqual(paste(registrationCall("stripe", given)).args, [
      "--fail-with-body",
      "https://api.stripe.com/v1/webhook_endpoints",
      "--header",
      "Authorization: Bearer key of stripe",
      "--output",
      "stripe-endpoint.json",
      "--data-urlencode",
      `url=${given.url}`,
      "--data-urlencode",
      "enabled_events[]=invoice.paid",
      "--data-urlencode",
      "enabled_events[]=invoice.voided",
    ]);
  });

  it("is, at GitHub: JSON on standard input, with the secret in it and in no argument", () => {
    const { args, input } = paste(registrationCall("github", { ...given, types: ["push", "issues"] }));
    assert.deepEqual(args, [
      "https://api.github.com/repos/OWNER/REPO/hooks",
      "--header",
      "Authorization: Bearer token of github",
      "--header",
      "Accept: application/vnd.github+json",
      "--data",
      "@-",
    ]);
    assert.deepEqual(JSON.parse(input), {
      name: "web",
      active: true,
      events: ["push", "issues"],
      config: { url: given.url, content_type: "json", insecure_ssl: "0", secret: "a $ecret" },
    });
  });

  it("is, at Hackmamba: JSON on standard input, with the types that have a name", () => {
    const { args, input } = paste(registrationCall("hackmamba", { ...given, all: true }));
    assert.equal(args[0], "https://api.hackmamba.com/v1/webhooks");
    assert.ok(args.includes("Authorization: Bearer key of hackmamba"));
    assert.deepEqual(JSON.parse(input), { url: given.url, events: [...given.types], secret: "a $ecret" });
  });

  it("asks for every type by the provider's own wildcard", () => {
    const all = { ...given, all: true };
    const stripe = paste(registrationCall("stripe", all)).args.filter((one) => one.startsWith("enabled_events"));
    assert.deepEqual(stripe, ["enabled_events[]=*"]);
    assert.deepEqual(JSON.parse(paste(registrationCall("github", all)).input).events, ["*"]);
  });

  it("passes a type or a URL to the shell unchanged", () => {
    const odd = `it's "$(touch /tmp/x)" \`y\` \\ $HOME`;
    for (const provider of ["github", "hackmamba"]) {
      assert.deepEqual(JSON.parse(paste(registrationCall(provider, { ...given, types: [odd] })).input).events, [odd]);
    }
    const { args } = paste(registrationCall("stripe", { ...given, types: [odd] }));
    assert.equal(args.at(-1), `enabled_events[]=${odd}`);
  });

  it("says where the secret belongs, and is unknown for other providers, names of Object's own included", () => {
    for (const provider of ["stripe", "github", "hackmamba"]) {
      assert.match(registrationCall(provider, given)?.join("\n") ?? "", /hookline\/dev\/x/, provider);
    }
    for (const provider of ["standard-webhooks", "constructor"])
      assert.equal(registrationCall(provider, given), undefined);
  });
});
