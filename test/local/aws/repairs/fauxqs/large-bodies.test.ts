import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { bodyLimitBytes } from "../../../../../local/aws/repairs/fauxqs/large-bodies.ts";
import { Bucket, difference, outcomeOf, type Serve } from "./difference.ts";

for (const onDisk of [false, true]) {
  difference("large-bodies", `an object of 12 MiB is taken ${onDisk ? "on disk" : "in memory"}`, {
    onDisk,
    async ask(serve: Serve) {
      return await serve(async ({ s3 }) => {
        const Body = new Uint8Array(12 * 1024 * 1024);
        if ((await outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: "large", Body })))) !== "done")
          return undefined;
        return (await s3.send(new HeadObjectCommand({ Bucket, Key: "large" }))).ContentLength;
      });
    },
    aws: 12 * 1024 * 1024,
  });
}

difference("large-bodies", "what is larger than this machine takes is EntityTooLarge, and says how much it takes", {
  async ask(serve: Serve) {
    return await serve(async ({ url }) => {
      const headers = { "content-length": bodyLimitBytes + 1 };
      const sent = request(`${url}/${Bucket}/larger`, { method: "PUT", headers });
      sent.flushHeaders();
      const [answer] = await once(sent, "response");
      const said = await text(answer);
      sent.destroy();
      const [, code] = /<Code>(\w+)<\/Code>/.exec(said) ?? [];
      return [answer.statusCode, code, said.includes(`${bodyLimitBytes} bytes`)];
    });
  },
  aws: [400, "EntityTooLarge", true],
  fauxqs: [413, undefined, false],
});
