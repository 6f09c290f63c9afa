import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";

/** A queue that gives each message once; what is not deleted stays in flight for good. */
export class FakeQueue extends EventEmitter {
  readonly ready: Message[] = [];
  readonly inFlight = new Map<string, Message>();
  readonly receives: ReceiveMessageCommand["input"][] = [];
  failNext: Error | undefined;

  add(...bodies: string[]): void {
    for (const Body of bodies)
      this.ready.push({ MessageId: `id-${Body.slice(0, 20)}`, ReceiptHandle: `handle-${Body.slice(0, 20)}`, Body });
    this.emit("change");
  }

  async send(command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<unknown> {
    if (command instanceof ReceiveMessageCommand) return this.receive(command.input, abortSignal);
    assert.ok(command instanceof DeleteMessageBatchCommand);
    assert.ok((command.input.Entries?.length ?? 0) <= 10);
    for (const { ReceiptHandle = "" } of command.input.Entries ?? []) {
      assert.ok(this.inFlight.delete(ReceiptHandle), `deleted twice: ${ReceiptHandle}`);
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
    while (this.ready.length === 0 && (input.WaitTimeSeconds ?? 0) === 20) {
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
