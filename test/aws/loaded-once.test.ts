import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { S3Client } from "@aws-sdk/client-s3";
import { createClaimCheck } from "../../lambdas/aws/s3/claim-check.ts";
import { createSpill } from "../../lambdas/aws/s3/spill.ts";
import { event } from "../core/copies.ts";

describe("a client that could not be loaded", () => {
  const rival = () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      if (loads === 1) throw new Error("the import failed");
      return { send: async () => ({}) } as unknown as S3Client;
    };
    return { load, loads: () => loads };
  };

  it("is loaded again by the next use, and then kept: the claim check's", async () => {
    const { load, loads } = rival();
    const { deposit } = createClaimCheck("claims", load);
    await assert.rejects(deposit({ source: "acme", body: new Uint8Array() }), /import failed/);
    for (const _ of [1, 2]) await deposit({ source: "acme", body: new Uint8Array() });
    assert.equal(loads(), 2);
  });

  it("is loaded again by the next use, and then kept: the spill's", async () => {
    const { load, loads } = rival();
    const { put } = createSpill("claims", load);
    await assert.rejects(put("acme-a", event), /import failed/);
    for (const _ of [1, 2]) await put("acme-a", event);
    assert.equal(loads(), 2);
  });
});
