/**
 * fauxqs 2.4.1, s3/actions/putBucketLifecycleConfiguration.js:10: the rules of a bucket are kept as text, and nothing acts
 * on them.
 * AWS deletes an object once its days are over, counted to the next midnight of UTC.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
import {
  DeleteObjectsCommand,
  type _Object as ListedObject,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { nameOf, type Resource } from "../../../template.ts";

/** Rules of the template. Those with a filter by tags or sizes are ignored: better to keep an object than to lose one. */
type Rule = {
  readonly Status?: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly TagFilters?: unknown;
  readonly ObjectSizeGreaterThan?: unknown;
  readonly ObjectSizeLessThan?: unknown;
};

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Deletes what is too old by the rules of a bucket: once, for the start of a run. */
export async function expireObjects(s3: S3Client, bucket: Resource): Promise<void> {
  const { LifecycleConfiguration = {} } = bucket.properties as {
    readonly LifecycleConfiguration?: { readonly Rules?: readonly Rule[] };
  };
  const rules = (LifecycleConfiguration.Rules ?? []).filter(isActedOn);
  if (rules.length === 0) return;
  const Bucket = nameOf(bucket);
  const now = Date.now();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    const Objects = Contents.filter((object) => rules.some((rule) => isOver(object, rule, now))).map(({ Key }) => ({
      Key,
    }));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
}

function isActedOn(rule: Rule): boolean {
  const { Status, ExpirationInDays, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan } = rule;
  const filters = [TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan];
  return Status === "Enabled" && ExpirationInDays !== undefined && filters.every((filter) => filter === undefined);
}

function isOver({ Key = "", LastModified }: ListedObject, rule: Rule, now: number): boolean {
  if (LastModified === undefined || !Key.startsWith(rule.Prefix ?? "")) return false;
  const ends = LastModified.getTime() + (rule.ExpirationInDays ?? Number.POSITIVE_INFINITY) * dayMilliseconds;
  return now >= Math.ceil(ends / dayMilliseconds) * dayMilliseconds;
}
