import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Bucket, difference, outcomeOf, type Serve } from "./difference.ts";

const put = (s3: S3Client, Body: string, condition: { IfNoneMatch?: string; IfMatch?: string } = {}, Key = "key") =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));

async function read(s3: S3Client, Key = "key"): Promise<string | undefined> {
  return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

difference("conditional-writes", "If-None-Match: * writes what is not there, and nothing else", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      const outcomes: (string | undefined)[] = [];
      for (const body of ["one", "two"]) outcomes.push(await outcomeOf(put(s3, body, { IfNoneMatch: "*" })));
      return [...outcomes, await read(s3)];
    });
  },
  aws: ["done", "PreconditionFailed", "one"],
  fauxqs: ["done", "done", "two"],
});

difference("conditional-writes", "of 20 writes at once with If-None-Match one is done", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      const all = Array.from({ length: 20 }, (_, index) => outcomeOf(put(s3, `${index}`, { IfNoneMatch: "*" })));
      const outcomes = await Promise.all(all);
      return Object.fromEntries(outcomes.map((name) => [name, outcomes.filter((other) => other === name).length]));
    });
  },
  aws: { done: 1, PreconditionFailed: 19 },
  fauxqs: { done: 20 },
});

difference("conditional-writes", "If-Match writes over the object that it names, and nothing else", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      const { ETag: IfMatch = "" } = await put(s3, "one");
      const outcomes: (string | undefined)[] = [];
      for (const body of ["two", "three"]) outcomes.push(await outcomeOf(put(s3, body, { IfMatch })));
      outcomes.push(await outcomeOf(put(s3, "new", { IfMatch }, "absent")));
      return [...outcomes, await read(s3)];
    });
  },
  aws: ["done", "PreconditionFailed", "NoSuchKey", "two"],
  fauxqs: ["done", "done", "done", "three"],
});

difference("conditional-writes", "an upload in parts heeds If-None-Match when it is completed", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "key" }));
      const part = { Bucket, Key: "key", UploadId, PartNumber: 1 };
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: "parts" }));
      await put(s3, "one");
      const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
      const complete = { Bucket, Key: "key", UploadId, MultipartUpload, IfNoneMatch: "*" };
      return [await outcomeOf(s3.send(new CompleteMultipartUploadCommand(complete))), await read(s3)];
    });
  },
  aws: ["PreconditionFailed", "one"],
  fauxqs: ["done", "parts"],
});
