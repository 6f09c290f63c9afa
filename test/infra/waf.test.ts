import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { App, type Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";

// Inside of the project, so that its packages are found.
const kept = fileURLToPath(new URL("../../.hookline/", import.meta.url));
mkdirSync(kept, { recursive: true });
const folder = mkdtempSync(join(kept, "waf-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("docs/waf.md", () => {
  it("has a stack that synthesizes: a firewall, and CloudFront that passes on everything except the host", async () => {
    const [, code = ""] =
      /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(new URL("../../docs/waf.md", import.meta.url), "utf8")) ?? [];
    writeFileSync(join(folder, "edge.ts"), code);
    const { HooklineEdge } = await import(pathToFileURL(join(folder, "edge.ts")).href);
    const env = { account: "123456789012", region: "us-east-1" };
    const edge: Stack = new HooklineEdge(new App({ analyticsReporting: false }), "Edge", {
      ...{ env, origin: "origin.example.com", perFiveMinutes: 10_000 },
    });
    const template = Template.fromStack(edge);
    template.hasResourceProperties("AWS::WAFv2::WebACL", { Scope: "CLOUDFRONT", DefaultAction: { Allow: {} } });
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        DefaultCacheBehavior: Match.objectLike({
          AllowedMethods: Match.arrayWith(["GET", "POST"]),
          Compress: false,
          // AWS's own policies: nothing is cached; all headers but the host.
          CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
          OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
          ViewerProtocolPolicy: "https-only",
        }),
        WebACLId: Match.anyValue(),
      },
    });
    assert.ok(code.includes("class HooklineEdge"));
  });
});
