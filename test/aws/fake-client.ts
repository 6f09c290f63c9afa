import { createHash } from "node:crypto";

/** Stands in for a client of an SDK: `send` answers what `answer` says, and every input is kept. */
export function createFakeClient<Client>(answer: (input: Readonly<Record<string, unknown>>, call: number) => unknown) {
  const inputs: Readonly<Record<string, unknown>>[] = [];
  const send = async ({ input }: { readonly input: Readonly<Record<string, unknown>> }) => {
    inputs.push(input);
    return answer(input, inputs.length);
  };
  return { inputs, client: { send } as unknown as Client };
}

type Entry = { readonly Id: string; readonly MessageBody: string };

/** How SQS acknowledges the entries of a batch. */
export function acknowledged(entries: readonly Entry[]) {
  return entries.map(({ Id, MessageBody }) => {
    return { Id, MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
  });
}
