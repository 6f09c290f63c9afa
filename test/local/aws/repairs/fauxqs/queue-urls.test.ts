import { CreateQueueCommand, GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { difference, outcomeOf, type Serve } from "./difference.ts";

const create = new CreateQueueCommand({ QueueName: "orders" });

difference("queue-urls", "a queue is found by a URL that names another host", {
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await sqs.send(create);
      const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/000000000000/orders";
      return await outcomeOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })));
    });
  },
  aws: "done",
  fauxqs: "QueueDoesNotExist",
});

difference("queue-urls", "a queue has the URL of the server that has it, also after a restart on another port", {
  onDisk: true,
  async ask(serve: Serve) {
    const first = await serve(async ({ sqs, url }) => (await sqs.send(create)).QueueUrl?.startsWith(`${url}/`));
    const second = await serve(async ({ sqs, url }) => {
      return (await sqs.send(new GetQueueUrlCommand({ QueueName: "orders" }))).QueueUrl?.startsWith(`${url}/`);
    });
    return [first, second];
  },
  aws: [true, true],
  fauxqs: [false, false],
});
