import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import type { Provider } from "../../../lambdas/core/provider.ts";
import { createReceiver } from "../../../lambdas/core/receiver.ts";
import { createNodeListener } from "../../../lambdas/hosts/node.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { newSecret } from "../../../local/aws/secret-value.ts";
import { checkEndpoint, type EndpointReport } from "../../../operate/endpoint-check/check-endpoint.ts";
import { sampleType } from "../../../operate/samples/sample.ts";
import { withServer } from "./server.ts";

/** Providers that sign with keys that they publish. */
const ownKeys = ["aws-sns", "google-pubsub", "paypal", "plaid"];

/** What the check says of Hookline's receiver of one source, whose handlers of a type throw. */
async function reportOf(provider: Provider, type: string, failingType?: string): Promise<EndpointReport> {
  const { secret, signingSecret = secret } = newSecret(provider);
  const failing = failingType === undefined ? {} : { [failingType]: () => Promise.reject(new Error("down")) };
  const handlers = { handlers: failing, onUnhandledEvent: async () => {} };
  // Made with the URL, which some providers sign.
  let receive: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not yet"));
  return await withServer(
    createNodeListener((request) => receive(request)),
    async (url) => {
      receive = createReceiver({ provider, secret, url, ...handlers, log: () => {} });
      const given = { url: new URL(url), provider, secret: signingSecret, type };
      return await checkEndpoint(failingType === undefined ? given : { ...given, failingType });
    },
  );
}

const named = ({ findings }: EndpointReport, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ check }) => check);

describe("Hookline's own receiver", () => {
  for (const [name, type] of [
    ["stripe", "invoice.paid"],
    ["whop", "membership.activated"],
    ["standard-webhooks", "contact.created"],
  ] as const) {
    it(`passes whole, with a handler that fails, as an endpoint of ${name}`, async () => {
      const report = await reportOf(providers[name] as Provider, type, "always.fails");
      assert.deepEqual(named(report, "failed"), []);
      assert.deepEqual(named(report, "not tried"), ["https"]);
      assert.deepEqual([report.passed, report.failed], [19, 0]);
    });
  }

  for (const [name, provider] of Object.entries(providers)) {
    const samples = new URL(`../../../lambdas/providers/samples/${name}/`, import.meta.url);
    const files = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));
    const type = sampleType(files.toSorted()[0] ?? "");

    it(`is tried, and fails nothing, as an endpoint of ${name}`, async () => {
      if (ownKeys.includes(name)) return await assert.rejects(reportOf(provider, type), /signs with keys that it publ/);
      const report = await reportOf(provider, type);
      assert.deepEqual(named(report, "failed"), []);
      const isForm = files.toSorted()[0]?.endsWith(".form") ?? false;
      const isRaw = provider.coversBody && !isForm;
      assert.equal(named(report, "not tried").includes("spacing"), !isRaw);
      for (const check of ["right", "unsigned", "other-secret", "repeat", "burst", "in-time", "no-leaks"] as const) {
        assert.ok(named(report, "passed").includes(check), check);
      }
    });
  }
});
