import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { recordDays } from "../../lambdas/core/processing/failure.ts";
import { defaultArchiveDays } from "./archive.ts";

/**
 * The bucket of a stage, by the prefixes of its keys: bodies that no queue can hold (`claims/`), events that no queue took
 * (`spill/`), the archive, and what replays and erasures write. Each is deleted once nothing can need it.
 *
 * @param props `archiveDays` is undefined where there is no archive: what an earlier one left is deleted, too.
 */
export function createBucket(
  scope: Construct,
  props: { readonly removeData: boolean; readonly encryptionKey?: IKey; readonly archiveDays?: number },
): Bucket {
  const { encryptionKey, archiveDays } = props;
  const kept = (prefix: string, days: number) => ({
    id: prefix,
    prefix: `${prefix}/`,
    expiration: Duration.days(days),
  });
  const asArchive = archiveDays ?? defaultArchiveDays;
  return new Bucket(scope, "Claims", {
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : // One data key for many bodies: a KMS request for each would cost more than the body.
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [
      // As long as a copy may be somewhere. One that is replayed on the archive's last day lives as long again.
      kept("claims", recordDays + (archiveDays ?? 0)),
      kept("spill", recordDays),
      ...["archive", "replays", "erased"].map((prefix) => kept(prefix, asArchive)),
      { id: "uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    // Not `autoDeleteObjects`: it brings a function that may delete every object, for one moment of the stack's life.
    // One that is made by a deployment that fails goes with it, and does not stand in the way of the next: DECISIONS 75.
    removalPolicy: props.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
