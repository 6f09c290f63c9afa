import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { ListObjectsV2Command, PutBucketLifecycleConfigurationCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { provision } from "../../../../../local/aws/provision.ts";
import type { Resource } from "../../../../../local/template.ts";
import { Bucket, type Served, serving } from "./difference.ts";

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Their ages in days. */
const objects = { "claims/old": 46, "claims/new": 44, "spill/old": 46, "spill/older": 91, "tagged/old": 400 };

const Rules = [
  { Status: "Enabled", ExpirationInDays: 45, Prefix: "claims/" },
  { Status: "Enabled", ExpirationInDays: 90, Prefix: "spill/" },
  { Status: "Disabled", ExpirationInDays: 1 },
  { Status: "Enabled", ExpirationInDays: 1, TagFilters: [{ Key: "k", Value: "v" }] },
  { Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
];

const bucket = (rules: readonly object[]) => ({
  id: "Stack/Bucket",
  type: "AWS::S3::Bucket",
  properties: { BucketName: Bucket, LifecycleConfiguration: { Rules: rules } },
});

async function putAged({ s3 }: Served): Promise<void> {
  for (const Key of Object.keys(objects)) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
}

function age(directory: string): void {
  const database = new DatabaseSync(join(directory, "fauxqs.db"));
  const update = database.prepare("UPDATE s3_objects SET last_modified = ? WHERE key = ?");
  for (const [key, days] of Object.entries(objects)) {
    update.run(new Date(Date.now() - days * dayMilliseconds - dayMilliseconds / 2).toISOString(), key);
  }
  database.close();
}

/** What a run does at its start. */
async function begin({ url }: Served, resource: Resource): Promise<void> {
  const endpoints = { s3: url, sqs: url, dynamodb: url, secretsmanager: url };
  await provision([resource], { endpoints, accessKeyId: "local" });
}

async function keys({ s3 }: Served): Promise<readonly (string | undefined)[]> {
  return ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
}

describe("objects that were kept from an earlier run", () => {
  it("are gone where a rule of the template says so, by its prefix and days", async () => {
    await serving({ onDisk: true, without: [] }, async (serve) => {
      age(await serve((served) => putAged(served).then(() => served.directory)));
      const left = await serve(async (served) => {
        await begin(served, bucket(Rules));
        return await keys(served);
      });
      assert.deepEqual(left, ["claims/new", "spill/old", "tagged/old"]);
      assert.deepEqual(await serve(keys), left, "for good");
    });
  });

  it("stay where the template has no rule for them", async () => {
    await serving({ onDisk: true, without: [] }, async (serve) => {
      age(await serve((served) => putAged(served).then(() => served.directory)));
      await serve(async (served) => {
        await begin(served, { ...bucket([]), properties: { BucketName: Bucket } });
        assert.equal((await keys(served)).length, 5);
      });
    });
  });

  it("stay by fauxqs alone, whatever rules it was given", async () => {
    await serving({ onDisk: true, without: [] }, async (serve) => {
      age(await serve((served) => putAged(served).then(() => served.directory)));
      const rule = { Status: "Enabled" as const, Expiration: { Days: 1 }, Filter: { Prefix: "" } };
      const rules = { Bucket, LifecycleConfiguration: { Rules: [rule] } };
      await serve(({ s3 }) => s3.send(new PutBucketLifecycleConfigurationCommand(rules)));
      assert.equal((await serve(keys)).length, 5);
    });
  });
});
