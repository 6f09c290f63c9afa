import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Bucket, difference, outcomeOf, type Serve } from "./difference.ts";

difference("form-bodies", "a form is an object like any other", {
  async ask(serve: Serve) {
    return await serve(async ({ s3 }) => {
      const form = { Bucket, Key: "form", Body: "Body=caf%C3%A9&=", ContentType: "application/x-www-form-urlencoded" };
      if ((await outcomeOf(s3.send(new PutObjectCommand(form)))) !== "done") return undefined;
      return await (await s3.send(new GetObjectCommand({ Bucket, Key: "form" }))).Body?.transformToString();
    });
  },
  aws: "Body=caf%C3%A9&=",
});
