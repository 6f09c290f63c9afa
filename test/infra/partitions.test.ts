import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Aws } from "aws-cdk-lib";
import { RegionInfo } from "aws-cdk-lib/region-info";
import { checkStage } from "../../infra/config-checks.ts";
import { queuePage } from "../../infra/constructs/dashboard/console.ts";
import { partitionNamed, partitionOf, partitions } from "../../lambdas/core/partitions.ts";

describe("the partitions of AWS", () => {
  it("are the partitions that CDK knows, each with its regions and host names", () => {
    for (const { name, partition, domainSuffix } of RegionInfo.regions) {
      const { urlSuffix } = partitionOf(name);
      assert.deepEqual([partitionOf(name).name, urlSuffix], [partition, domainSuffix], name);
      assert.equal(partitionNamed(partition), partitionOf(name));
    }
    assert.deepEqual(
      new Set(RegionInfo.regions.map(({ partition }) => partition)),
      new Set(partitions.map(({ name }) => name)),
    );
  });

  it("have regions that a stage can be in", () => {
    for (const { name } of RegionInfo.regions) checkStage("dev", { removeData: true, logDays: 1, region: name });
  });
});

describe("the console's page of a queue", () => {
  const hostOf = (region: string | undefined) =>
    new URL(queuePage("q", region).replaceAll(/\$\{AWS::Region\}/g, "here")).host;

  it("is that of the partition of the stage's region", () => {
    assert.equal(hostOf("eu-central-1"), "here.console.aws.amazon.com");
    assert.equal(hostOf("cn-north-1"), "here.console.amazonaws.cn");
    assert.equal(hostOf("us-gov-west-1"), "here.console.amazonaws-us-gov.com");
    assert.equal(hostOf("eusc-de-east-1"), "here.console.amazonaws-eusc.eu");
  });

  it("is that of most where a stage has no region of its own, as before", () => {
    assert.equal(hostOf(undefined), "here.console.aws.amazon.com");
    assert.equal(hostOf(Aws.REGION), "here.console.aws.amazon.com");
  });
});
