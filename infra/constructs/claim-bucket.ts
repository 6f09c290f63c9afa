import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/** The place of bodies that no queue can hold: `claims/<source>/<hash>`, deleted once no copy of their event can be left. */
export function createClaimBucket(
  scope: Construct,
  props: { readonly removeData: boolean; readonly encryptionKey?: IKey },
): Bucket {
  const { encryptionKey } = props;
  return new Bucket(scope, "Claims", {
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : // One data key for many bodies: a KMS request for each would cost more than the body.
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    // As long as a processing record: 7 days in the queue, 14 in the DLQ, and the same again after a redrive.
    lifecycleRules: [{ expiration: Duration.days(45), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    // Not `autoDeleteObjects`: it brings a function that may delete every object, for one moment of the stack's life.
    removalPolicy: props.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}
