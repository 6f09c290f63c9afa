import { createHash } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";

// AWS that does nothing: every write wins, every message is taken. A process of its own, so that its time is not the path's.
// It prints its port; it ends with its standard input.

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

const answers: Readonly<Record<string, (text: string) => unknown>> = {
  GetSecretValue: () => ({ SecretString: "topsecret", VersionId: "1", CreatedDate: 1_700_000_000 }),
  SendMessage: (text) => ({ MessageId: "1", MD5OfMessageBody: md5(JSON.parse(text).MessageBody) }),
  SendMessageBatch: (text) => {
    const entries: readonly { readonly Id: string; readonly MessageBody: string }[] = JSON.parse(text).Entries;
    return {
      Successful: entries.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
      Failed: [],
    };
  },
};

const server = createServer((request, response) => {
  const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  const answer = answers[operation];
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.once("end", () => {
    const text = answer === undefined ? "{}" : JSON.stringify(answer(Buffer.concat(chunks).toString("utf8")));
    const headers = { "content-type": "application/x-amz-json-1.0", "content-length": Buffer.byteLength(text) };
    response.writeHead(200, headers).end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : "");
});
process.stdin.once("end", () => process.exit(0)).resume();
