/**
 * fauxqs 2.4.1, app.js:52: a body above 11 MiB is refused, as HTTP 413 with JSON that no S3 client can read.
 * AWS takes 5 GB in one PutObject, and refuses more as 400 EntityTooLarge.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
import type { Fauxqs } from "./repair.ts";

/** A body is in memory several times while it is put, and SQLite keeps none above 1 GB: 5 GB would end the run. */
export const bodyLimitBytes = 256 * 1024 * 1024;

/** Takes bodies up to {@linkcode bodyLimitBytes}, and says of larger ones what S3 says, with the limit of this machine. */
export function repairLargeBodies({ app, modules: { S3Error } }: Fauxqs): void {
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: bodyLimitBytes }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, request, reply) => {
    const isOfSqs = request.headers["x-amz-target"] !== undefined;
    if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE" || isOfSqs) throw error;
    const limit = `this machine's S3 takes ${bodyLimitBytes} bytes`;
    const message = `Your proposed upload exceeds the maximum allowed size: ${limit}`;
    reply.header("content-type", "application/xml");
    return reply.code(400).send(new S3Error("EntityTooLarge", message, 400).toXml());
  });
}
