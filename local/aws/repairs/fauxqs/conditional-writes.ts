/**
 * fauxqs 2.4.1, s3/actions/putObject.js:106 and s3/actions/completeMultipartUpload.js:36: `If-None-Match` and `If-Match` of
 * a write are not read, and the object is overwritten.
 * AWS answers 412 PreconditionFailed, also to all but one of writes at once; `If-Match` of a key that is not there is 404.
 * Only beside a DELETE AWS may say 409 ConditionalRequestConflict; here there is no such moment.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";
import type { Fauxqs } from "./repair.ts";

const writes = new Set(["PUT", "POST"]);

/**
 * Has S3 look for the object in the very step that writes it: a look before that would let two writes at once pass.
 */
export function repairConditionalWrites({ app, s3Store, modules: { S3Error } }: Fauxqs): void {
  const conditions = new AsyncLocalStorage<IncomingHttpHeaders>();
  app.addHook("preHandler", (request, _reply, done) => {
    if (writes.has(request.method)) conditions.run(request.headers, done);
    else done();
  });

  function check(bucket: string, key: string): void {
    const { "if-none-match": noneMatch, "if-match": match } = conditions.getStore() ?? {};
    const present = s3Store.buckets.get(bucket)?.get(key);
    if (noneMatch !== undefined && noneMatch !== "*") {
      throw new S3Error("NotImplemented", "Of a write, If-None-Match takes the value * alone.", 501);
    }
    if (match !== undefined && present === undefined) {
      throw new S3Error("NoSuchKey", "The specified key does not exist.", 404, `/${bucket}/${key}`);
    }
    const isWanted = match === undefined || unquoted(match) === unquoted(present?.etag ?? "");
    if (isWanted && (noneMatch === undefined || present === undefined)) return;
    throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }

  const putObject = s3Store.putObject.bind(s3Store);
  s3Store.putObject = (bucket, key, ...rest) => {
    check(bucket, key);
    return putObject(bucket, key, ...rest);
  };
  const complete = s3Store.completeMultipartUpload.bind(s3Store);
  s3Store.completeMultipartUpload = (uploadId, parts) => {
    const upload = s3Store.multipartUploads.get(uploadId);
    if (upload !== undefined) check(upload.bucket, upload.key);
    return complete(uploadId, parts);
  };
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}
