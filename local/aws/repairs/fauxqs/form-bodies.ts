/**
 * fauxqs 2.4.1, app.js:133: a body of type `application/x-www-form-urlencoded` is parsed for SNS on every path, so that
 * PutObject fails where its object has that type (s3/actions/putObject.js:106 makes a Buffer of a plain object).
 * AWS keeps the bytes of an object as they are, whatever its type.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
import type { Fauxqs } from "./repair.ts";

/** Leaves forms as bytes; only SNS, which is not used here, wants them parsed. */
export function repairFormBodies({ app }: Fauxqs): void {
  app.removeContentTypeParser("application/x-www-form-urlencoded");
}
