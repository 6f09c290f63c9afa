import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { defined } from "../../lambdas/core/bytes/defined.ts";

/** An object of a bucket; `size` is in bytes. */
export type Listed = { readonly key: string; readonly size: number };

/** The objects whose keys begin so, in the order of their keys. */
export async function* listObjects(s3: S3Client, Bucket: string, Prefix: string): AsyncGenerator<Listed> {
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ...defined({ ContinuationToken: token }) }));
    for (const { Key: key = "", Size: size = 0 } of page.Contents ?? []) yield { key, size };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
