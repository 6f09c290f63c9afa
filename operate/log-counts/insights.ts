import type { LambdaClient } from "@aws-sdk/client-lambda";
import { ignoredTypesQuery, refusalsQuery } from "../../infra/constructs/queries.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";

/** Calls CloudWatch Logs: an operation's name and input in, its answer out. */
export type CallLogs = (operation: "StartQuery" | "GetQueryResults", input: object) => Promise<QueryAnswer>;

type QueryAnswer = {
  readonly queryId?: string;
  readonly status?: string;
  readonly results?: readonly (readonly { readonly field: string; readonly value: string }[])[];
};

type Row = Readonly<Record<string, string | undefined>>;

/** How far back the queries look. Logs Insights costs by what it scans. */
const seconds = 24 * 3600;
/** Rows of a query; the service has most of them. */
const mostRows = 1000;
/** A query is asked after each second for so many. */
const patienceSeconds = 60;

/** What the verifier of a stage has logged in the last 24 hours, counted by two queries of Logs Insights. */
export async function insightsCounts(
  call: CallLogs,
  given: {
    readonly logGroupName: string;
    readonly now: Date;
    /** Waits so many milliseconds; for tests. */
    readonly wait?: (milliseconds: number) => Promise<void>;
  },
): Promise<LogCounts> {
  const endTime = Math.ceil(given.now.getTime() / 1000);
  const range = { logGroupName: given.logGroupName, startTime: endTime - seconds, endTime, limit: mostRows };
  const wait = given.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const rowsOf = async (queryString: string): Promise<readonly Row[]> => {
    const { queryId } = await call("StartQuery", { ...range, queryString });
    for (let asked = 0; asked < patienceSeconds; asked += 1) {
      const { status = "", results = [] } = await call("GetQueryResults", { queryId });
      if (status === "Complete") {
        return results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
      }
      if (!/^(Scheduled|Running)$/.test(status)) throw new Error(`the query of Logs Insights ended as ${status}`);
      await wait(1000);
    }
    throw new Error(`the query of Logs Insights took more than ${patienceSeconds} s`);
  };
  const [ignored, refusals] = await Promise.all([rowsOf(ignoredTypesQuery), rowsOf(refusalsQuery)]);
  return {
    ignored: ignored.flatMap(({ source, type, events }) =>
      source === undefined || type === undefined ? [] : [{ source, type, events: Number(events) }],
    ),
    isCut: ignored.length >= mostRows,
    siblings: bySibling(refusals),
  };
}

/** One sibling's refusals may have several reasons. */
function bySibling(rows: readonly Row[]): LogCounts["siblings"] {
  const found = new Map<string, LogCounts["siblings"][number]>();
  for (const { source, sibling, refusals } of rows) {
    if (source === undefined || !sibling) continue;
    const key = `${source} ${sibling}`;
    found.set(key, { source, sibling, refusals: (found.get(key)?.refusals ?? 0) + Number(refusals) });
  }
  return [...found.values()];
}

/**
 * Calls CloudWatch Logs by its JSON protocol, with the credentials, region and signer of another client: the package
 * has no client for it, and two operations are no reason for one.
 *
 * @param endpoint For tests. Defaults to the region's.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
 */
export function createCallLogs({ config }: Pick<LambdaClient, "config">, endpoint?: string): CallLogs {
  return async (operation, input) => {
    const region = await config.region();
    const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    const { protocol, hostname, port, host, origin } = new URL(endpoint ?? `https://logs.${region}.${domain}`);
    const signer = await config.signer({
      schemeId: "aws.auth#sigv4",
      name: "sigv4",
      signingName: "logs",
      signingRegion: region,
      properties: {},
    } as Parameters<typeof config.signer>[0]);
    const { method, headers, body } = await signer.sign({
      method: "POST",
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: "/",
      query: {},
      headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${operation}` },
      body: JSON.stringify(input),
    });
    const answer = await fetch(origin, { method, headers, body, signal: AbortSignal.timeout(30_000) });
    const said = (await answer.json().catch(() => ({}))) as QueryAnswer & Readonly<Record<string, unknown>>;
    if (answer.ok) return said;
    const { __type, message, Message = message } = said;
    throw Object.assign(new Error(String(Message ?? `status ${answer.status}`)), {
      name: String(__type ?? "Error")
        .split("#")
        .at(-1),
    });
  };
}
