/**
 * fauxqs 2.4.1, s3/s3Store.js:223 sorts keys by the locale, and s3/s3Store.js:229 goes on by UTF-16 code units: pages of
 * mixed-case keys lose some and bring others twice. s3/actions/listObjects.js:125 goes on after the last key of a page also
 * where a common prefix came after it, which is listed twice. s3/s3Store.js:251 calls a list of no keys truncated.
 * AWS lists by the keys' UTF-8 bytes, each key and each prefix once. A page may have fewer than MaxKeys.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import type { S3List, S3ListOptions, S3Object } from "./fauxqs.d.ts";
import type { Fauxqs } from "./repair.ts";

/** An object or a common prefix. */
type Entry = { readonly name: string; readonly object?: S3Object };

/** Has S3 list by bytes. */
export function repairListOrder({ s3Store, modules: { S3Error } }: Fauxqs): void {
  s3Store.listObjects = (bucket, options = {}) => {
    const objects = s3Store.buckets.get(bucket);
    if (objects === undefined) throw new S3Error("NoSuchBucket", "The specified bucket does not exist", 404);
    const { maxKeys = 1000 } = options;
    // One more than asked for tells whether there is more.
    const entries = firstEntries([...objects.values()], options, maxKeys + 1);
    const isTruncated = maxKeys > 0 && entries.length > maxKeys;
    return toPage(entries.slice(0, maxKeys), isTruncated);
  };
}

function firstEntries(objects: readonly S3Object[], options: S3ListOptions, most: number): readonly Entry[] {
  const { prefix = "", delimiter } = options;
  const after = Buffer.from(options.startAfter || options.marker || "");
  const sorted = objects
    .filter(({ key }) => key.startsWith(prefix))
    .map((object) => ({ object, bytes: Buffer.from(object.key) }))
    .filter(({ bytes }) => Buffer.compare(bytes, after) > 0)
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes));
  const entries: Entry[] = [];
  for (const { object } of sorted) {
    if (entries.length === most) break;
    const end = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    if (end < 0) entries.push({ name: object.key, object });
    else {
      const name = object.key.slice(0, end + (delimiter?.length ?? 0));
      // Keys of one prefix stand together; one that ends at `after` was on the page before.
      const isListed = entries.at(-1)?.name === name || Buffer.compare(Buffer.from(name), after) <= 0;
      if (!isListed) entries.push({ name });
    }
  }
  return entries;
}

/** fauxqs goes on after a page's last object, if it has one: prefixes behind it are left to the next page. */
function toPage(entries: readonly Entry[], isTruncated: boolean): S3List {
  const last = entries.findLastIndex(({ object }) => object !== undefined);
  const page = isTruncated && last >= 0 ? entries.slice(0, last + 1) : entries;
  return {
    objects: page.flatMap(({ object }) => object ?? []),
    commonPrefixes: page.flatMap(({ name, object }) => (object === undefined ? [name] : [])),
    isTruncated,
  };
}
