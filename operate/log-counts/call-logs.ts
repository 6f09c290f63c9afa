import type { LambdaClient } from "@aws-sdk/client-lambda";
import { partitionOf } from "../../lambdas/core/partitions.ts";

/** Calls CloudWatch Logs: an operation's name and input in, its answer out. */
export type CallLogs = (operation: "StartQuery" | "GetQueryResults", input: object) => Promise<QueryAnswer>;

type QueryAnswer = {
  readonly queryId?: string;
  readonly status?: string;
  readonly results?: readonly (readonly { readonly field: string; readonly value: string }[])[];
};

/**
 * Calls CloudWatch Logs by its JSON protocol, with the credentials, region and signer of another client: no package that is
 * installed has a client for it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
 */
export function createCallLogs({ config }: Pick<LambdaClient, "config">, send: typeof fetch = fetch): CallLogs {
  return async (operation, input) => {
    const region = await config.region();
    const host = `logs.${region}.${partitionOf(region).urlSuffix}`;
    const scheme = { schemeId: "aws.auth#sigv4", name: "sigv4", properties: {} };
    const named = { ...scheme, signingName: "logs", signingRegion: region };
    const signer = await config.signer(named as Parameters<typeof config.signer>[0]);
    const { method, headers, body } = await signer.sign({
      method: "POST",
      protocol: "https:",
      hostname: host,
      path: "/",
      query: {},
      headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${operation}` },
      body: JSON.stringify(input),
    });
    const answer = await send(`https://${host}/`, { method, headers, body, signal: AbortSignal.timeout(30_000) });
    const said = (await answer.json().catch(() => ({}))) as QueryAnswer & Readonly<Record<string, unknown>>;
    if (answer.ok) return said;
    const { __type: type = "Error", message, Message = message ?? `status ${answer.status}` } = said;
    throw Object.assign(new Error(String(Message)), { name: String(type).split("#").at(-1) });
  };
}
