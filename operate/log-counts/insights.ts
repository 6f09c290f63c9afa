import { type CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ignoredTypesQuery, refusalsQuery } from "../../infra/log-queries.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";

type Row = Readonly<Record<string, string | undefined>>;

/** How far back the queries look. Logs Insights costs by what it scans. */
const seconds = 24 * 3600;
/** Rows of a query; the service has most of them. */
const mostRows = 1000;
/** A query is asked after each second for so many. */
const patienceSeconds = 60;

/** The counts of the verifier's log in the last 24 hours, by two queries of Logs Insights. */
export async function insightsCounts(
  client: CloudWatchLogsClient,
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
    const { queryId } = await client.send(new StartQueryCommand({ ...range, queryString }));
    for (let asked = 0; asked < patienceSeconds; asked += 1) {
      const { status = "", results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
      if (status === "Complete") {
        return results.map((row) => Object.fromEntries(row.map(({ field = "", value }) => [field, value])));
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
