import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Outages } from "./outages.ts";
import type { App } from "./repairs/fauxqs/fauxqs.d.ts";

/** A client of SQS's commands. */
export type SqsCalls = Pick<SQSClient, "send">;

type Command = { readonly constructor: { readonly name: string }; readonly input: object };

/**
 * A client for this process: it calls the embedded SQS without a socket, a signature or the SDK, which together take
 * more time than the call. All else is as for other clients: the repairs, the outages, and a message that a poll takes after
 * its client has given up.
 *
 * @param host Where the others reach it: fauxqs names a queue by it.
 */
export function callInProcess(app: App, outages: Outages, host: string): SqsCalls {
  const call = async (command: Command) => {
    const target = `AmazonSQS.${command.constructor.name.replace(/Command$/, "")}`;
    const headers = { host, "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
    const { statusCode, payload } = await app.inject({ method: "POST", url: "/", headers, payload: command.input });
    const answer = JSON.parse(payload || "{}");
    if (statusCode === 200) return answer;
    throw Object.assign(new Error(answer.message), { name: String(answer.__type).split("#").at(-1) });
  };
  const send = (command: Command, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) =>
    abortable(
      outages.during(() => call(command), abortSignal),
      abortSignal,
    );
  return { send: send as SQSClient["send"] };
}

/** Rejects once the signal says so, and leaves the call to itself. */
function abortable<Answer>(answer: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
