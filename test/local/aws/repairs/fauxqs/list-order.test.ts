import { createHash } from "node:crypto";
import { ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Bucket, difference, type Serve } from "./difference.ts";

type Page = { readonly keys: readonly string[]; readonly prefixes: readonly string[] };

async function put(s3: S3Client, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))));
}

async function pages(s3: S3Client, MaxKeys: number, more: { Delimiter?: string; Prefix?: string } = {}) {
  const found: Page[] = [];
  let ContinuationToken: string | undefined;
  do {
    const input = { Bucket, MaxKeys, ...more, ContinuationToken };
    const page = await s3.send(new ListObjectsV2Command(input));
    found.push({
      keys: (page.Contents ?? []).map(({ Key = "" }) => Key),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix),
    });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

/** As the spill names its events. */
const hashes = Array.from(
  { length: 300 },
  (_, index) => `spill/dev-github-push/${createHash("sha256").update(`${index}`).digest("base64url")}`,
);

difference("list-order", "no key is lost between two pages, and none comes twice", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      await put(s3, hashes);
      const keys = (await pages(s3, 20, { Prefix: "spill/" })).flatMap((page) => page.keys);
      const found = new Set(keys);
      return { lost: hashes.length - found.size, twice: keys.length - found.size };
    });
  },
  aws: { lost: 0, twice: 0 },
});

difference("list-order", "keys come by their bytes", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      await put(s3, hashes);
      return (await pages(s3, 20, { Prefix: "spill/" })).flatMap((page) => page.keys);
    });
  },
  aws: [...hashes].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
});

difference("list-order", "a key beyond U+FFFF stands behind one of U+FF5E, and StartAfter knows it", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      await put(s3, ["\u{1F600}", "\uFF5E", "é", "z", "Z"]);
      const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "\uFF5E" }));
      const marked = await s3.send(new ListObjectsCommand({ Bucket, Marker: "Z", MaxKeys: 1 }));
      return [(await pages(s3, 1000)).flatMap(({ keys }) => keys), after.Contents?.[0]?.Key, marked.Contents?.[0]?.Key];
    });
  },
  aws: [["Z", "z", "é", "\uFF5E", "\u{1F600}"], "\u{1F600}", "z"],
});

difference("list-order", "a common prefix comes once, whatever the pages", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      await put(s3, ["B/1", "B/2", "a", "a/1", "a/2", "b", "c/1", "d", "e/1", "e/2"]);
      const all: string[][] = [];
      for (const most of [1, 2, 3, 4, 1000]) {
        const found = await pages(s3, most, { Delimiter: "/" });
        all.push(found.flatMap(({ keys, prefixes }) => [...keys, ...prefixes]).sort());
      }
      return all;
    });
  },
  aws: Array.from({ length: 5 }, () => ["B/", "a", "a/", "b", "c/", "d", "e/"]),
});

difference("list-order", "a list of no keys is whole", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      await put(s3, ["a"]);
      const { IsTruncated, KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
      return [IsTruncated, KeyCount];
    });
  },
  aws: [false, 0],
  fauxqs: [true, 0],
});
