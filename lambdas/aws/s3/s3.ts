import type { S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../calls.ts";

/** Makes S3's client, loaded by its first use: it weighs as much as all the rest of a bundle. */
export async function loadS3(): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  // The SDK would add a checksum of its own, on top of TLS.
  return new S3Client({ ...clientOptions, requestChecksumCalculation: "WHEN_REQUIRED" });
}
