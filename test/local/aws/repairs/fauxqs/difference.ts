import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { clientFor } from "../../../../../local/aws/endpoint.ts";
import type { RepairName } from "../../../../../local/aws/repairs/fauxqs/mod.ts";
import { startSqs } from "../../../../../local/aws/sqs.ts";

export const Bucket = "bucket";

export type Served = {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly url: string;
  /** Where it keeps its state. */
  readonly directory: string;
};

/** Starts the stand-in for as long as `use` takes; on disk each time with the state of the time before. */
export type Serve = <Result>(use: (served: Served) => Promise<Result>) => Promise<Result>;

/**
 * Asks the same of the stand-in with a repair and without it. Where the second is red, fauxqs has mended the fault, and
 * the repair can go.
 */
export function difference<Answer>(
  repair: RepairName,
  title: string,
  {
    ask,
    aws,
    fauxqs,
    onDisk = false,
  }: {
    readonly ask: (serve: Serve) => Promise<Answer>;
    readonly aws: Answer;
    /** What fauxqs answers alone; anything else than AWS, when left out. */
    readonly fauxqs?: Answer;
    readonly onDisk?: boolean;
  },
): void {
  describe(title, () => {
    it("as AWS documents it", async () => {
      assert.deepEqual(await serving({ onDisk, without: [] }, ask), aws);
    });

    it(`otherwise without the repair "${repair}"`, async () => {
      const answer = await serving({ onDisk, without: [repair] }, ask);
      if (fauxqs === undefined) assert.notDeepEqual(answer, aws);
      else assert.deepEqual(answer, fauxqs);
    });
  });
}

export async function serving<Result>(
  options: { readonly onDisk: boolean; readonly without: readonly RepairName[] },
  ask: (serve: Serve) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "hookline-fauxqs-"));
  const kept = options.onDisk ? { directory } : {};
  const serve: Serve = async (use) => {
    const started = await startSqs({ ...kept, without: options.without });
    const sqs = new SQSClient({ ...clientFor(started.sqs), useQueueUrlAsEndpoint: false });
    const s3 = new S3Client({ ...clientFor(started.s3), forcePathStyle: true });
    try {
      await s3.send(new CreateBucketCommand({ Bucket }));
      return await use({ sqs, s3, url: started.s3, directory });
    } finally {
      sqs.destroy();
      s3.destroy();
      await started.close();
    }
  };
  return await ask(serve).finally(() => rm(directory, { recursive: true }));
}

/** The name of the error that a call was refused with, or "done". */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "done",
    (error: Error) => error.name,
  );
}
