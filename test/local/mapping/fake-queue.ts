import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";

/** A queue that gives each message once; what is neither deleted nor released stays in flight for good. */
export class FakeQueue extends EventEmitter {
  readonly ready: Message[] = [];
  readonly inFlight = new Map<string, Message>();
  readonly receives: ReceiveMessageCommand["input"][] = [];
  failNext: Error | undefined;
  private pollsEnded = 0;

  /** Has the long polls answer that are here, as the embedded SQS does. */
  endPolls(): void {
    this.pollsEnded++;
    this.emit("change");
  }

  add(...bodies: string[]): void {
    for (const Body of bodies)
      this.ready.push({ MessageId: `id-${Body.slice(0, 20)}`, ReceiptHandle: `handle-${Body.slice(0, 20)}`, Body });
    this.emit("change");
  }

  async send(command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<unknown> {
    if (command instanceof ReceiveMessageCommand) return this.receive(command.input, abortSignal);
    if (command instanceof ChangeMessageVisibilityBatchCommand) return this.release(command.input);
    assert.ok(command instanceof DeleteMessageBatchCommand);
    assert.ok((command.input.Entries?.length ?? 0) <= 10);
    for (const { ReceiptHandle = "" } of command.input.Entries ?? []) {
      assert.ok(this.inFlight.delete(ReceiptHandle), `deleted twice: ${ReceiptHandle}`);
    }
    this.emit("change");
    return { Failed: [] };
  }

  release({ Entries = [] }: ChangeMessageVisibilityBatchCommand["input"]): { Failed: [] } {
    for (const { ReceiptHandle = "", VisibilityTimeout } of Entries) {
      const message = this.inFlight.get(ReceiptHandle);
      assert.ok(message && VisibilityTimeout === 0);
      this.inFlight.delete(ReceiptHandle);
      this.ready.push(message);
    }
    this.emit("change");
    return { Failed: [] };
  }

  async receive(input: ReceiveMessageCommand["input"], abortSignal?: AbortSignal): Promise<{ Messages?: Message[] }> {
    this.receives.push(input);
    this.emit("change");
    const failure = this.failNext;
    this.failNext = undefined;
    if (failure) throw failure;
    // Empty-handed long polls end early where a window is open, else the tests would sit it out.
    const ended = this.pollsEnded;
    while (this.ready.length === 0 && input.WaitTimeSeconds === 20 && this.pollsEnded === ended) {
      await once(this, "change", abortSignal ? { signal: abortSignal } : {});
    }
    const Messages = this.ready.splice(0, input.MaxNumberOfMessages);
    for (const message of Messages) this.inFlight.set(message.ReceiptHandle ?? "", message);
    return Messages.length > 0 ? { Messages } : {};
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this, "change");
  }
}
