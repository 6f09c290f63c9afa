/**
 * fauxqs 2.4.1, sqs/actions/sendMessage.js:32 and sqs/actions/sendMessageBatch.js:135: the system attribute `AWSTraceHeader`, the only one that
 * a sender may set, is taken and forgotten.
 * AWS hands it over to who receives the message.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import type {
  ReceiveMessageRequest,
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from "@aws-sdk/client-sqs";
import { operationName } from "../../endpoint.ts";
import type { ReceivedMessage } from "./fauxqs.d.ts";
import type { Fauxqs } from "./repair.ts";

/** The number of messages whose trace is remembered: the queues of a local run rarely hold more. */
const most = 10_000;

/** Keeps the header of a message. Unlike on AWS it is gone after a restart, and after a move task. */
export function repairTraceHeader({ app }: Fauxqs): void {
  const headers = new Map<string, string>();
  const note = (messageId: string | undefined, sent: Partial<SendMessageRequest> | undefined) => {
    const header = sent?.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
    if (messageId === undefined || header === undefined) return;
    headers.set(messageId, header);
    const [oldest] = headers.keys();
    if (headers.size > most && oldest !== undefined) headers.delete(oldest);
  };
  app.addHook("preSerialization", async (request, _reply, answer) => {
    switch (operationName(request)) {
      case "SendMessage":
        note((answer as SendMessageResult).MessageId, request.body as SendMessageRequest);
        break;
      case "SendMessageBatch": {
        const { Entries = [] } = request.body as SendMessageBatchRequest;
        for (const { Id, MessageId } of (answer as SendMessageBatchResult).Successful ?? []) {
          const entry = Entries.find((one) => one.Id === Id);
          note(MessageId, entry as Partial<SendMessageRequest> | undefined);
        }
        break;
      }
      case "ReceiveMessage": {
        const asked = request.body as ReceiveMessageRequest;
        const names: string[] = [...(asked.MessageSystemAttributeNames ?? []), ...(asked.AttributeNames ?? [])];
        if (!names.includes("All") && !names.includes("AWSTraceHeader")) break;
        for (const received of (answer as { Messages?: (ReceivedMessage & { MessageId?: string })[] }).Messages ?? []) {
          const header = headers.get(received.MessageId ?? "");
          if (header !== undefined) received.Attributes = { ...received.Attributes, AWSTraceHeader: header };
        }
      }
    }
    return answer;
  });
}
