import { setTimeout as sleep } from "node:timers/promises";
import { type CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";
import { duplicatesQuery, ignoredTypesQuery, refusalsQuery, startsQuery } from "../../infra/log-queries.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";

type Row = Readonly<Record<string, string | undefined>>;

/** How far back the queries look. Logs Insights costs by what it scans. */
const seconds = 24 * 3600;
/** Rows of a query; the service has most of them. */
const mostRows = 1000;
/** A query is asked after each second for so many. */
const patienceSeconds = 60;

/** The verifier's log, and the end of the time that is looked at. */
type VerifierLog = {
  readonly logGroupName: string;
  readonly now: Date;
  /** Its beginning. Defaults to a day before. */
  readonly from?: Date;
  /** Waits so many milliseconds; for tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
};

/** How often deliveries to a source were refused for a reason. `sibling`: the provider that their headers fit better. */
export type Refusals = {
  readonly source: string;
  readonly reason: string;
  readonly sibling?: string;
  readonly refusals: number;
};

/** The refused deliveries of a log: those with a line of their own, and how many had none, by source and at least. */
type LoggedRefusals = { readonly logged: readonly Refusals[]; readonly notLogged: LogCounts["notLogged"] };

/** The counts of the verifier's log in the last 24 hours, by two queries of Logs Insights. */
export async function insightsCounts(client: CloudWatchLogsClient, log: VerifierLog): Promise<LogCounts> {
  const [ignored, refusals] = await Promise.all([insightsIgnored(client, log), insightsRefusals(client, log)]);
  return { ...ignored, siblings: bySibling(refusals.logged), notLogged: refusals.notLogged };
}

/** The event types without a file, by one query. */
export async function insightsIgnored(
  client: CloudWatchLogsClient,
  log: VerifierLog,
): Promise<Pick<LogCounts, "ignored" | "isCut">> {
  const rows = await rowsOf(client, log, ignoredTypesQuery);
  return {
    ignored: rows.flatMap(({ source, type, events }) =>
      source === undefined || type === undefined ? [] : [{ source, type, events: Number(events) }],
    ),
    isCut: rows.length >= mostRows,
  };
}

/** The refused deliveries by source and reason, the most frequent first, by one query. */
export async function insightsRefusals(client: CloudWatchLogsClient, log: VerifierLog): Promise<LoggedRefusals> {
  const rows = await rowsOf(client, log, refusalsQuery);
  const isLogged = ({ reason }: Row) => reason !== undefined && reason !== "";
  return {
    logged: rows.filter(isLogged).map(({ source = "", reason = "", sibling, refusals }) => ({
      ...{ source, reason, refusals: Number(refusals) },
      ...(sibling ? { sibling } : {}),
    })),
    notLogged: rows.flatMap((row) =>
      isLogged(row) ? [] : [{ source: row.source ?? "", refusals: Number(row.leftOut ?? 0) }],
    ),
  };
}

/** How many events came again to each source, by one query. */
export async function insightsDuplicates(
  client: CloudWatchLogsClient,
  log: VerifierLog,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf(client, log, duplicatesQuery);
  return new Map(rows.map(({ source = "", duplicates }) => [source, Number(duplicates)]));
}

/** The lines about the events of a measurement, and the starts of environments among them, in milliseconds. */
type LoggedStarts = {
  readonly lines: number;
  readonly environments: number;
  readonly median?: number;
  readonly slowest?: number;
};

/** The starts of environments among the deliveries whose ids begin so, by one query. */
export async function insightsStarts(
  client: CloudWatchLogsClient,
  { prefix, ...log }: VerifierLog & { readonly prefix: string },
): Promise<LoggedStarts> {
  const [row] = await rowsOf(client, log, startsQuery(prefix));
  const { lines = 0, starts = 0, median, slowest } = row ?? {};
  const times = Number(starts) === 0 ? {} : { median: Math.round(Number(median)), slowest: Number(slowest) };
  return { lines: Number(lines), environments: Number(starts), ...times };
}

async function rowsOf(client: CloudWatchLogsClient, log: VerifierLog, queryString: string): Promise<readonly Row[]> {
  const { logGroupName, now, from, wait = async (milliseconds) => await sleep(milliseconds) } = log;
  const endTime = Math.ceil(now.getTime() / 1000);
  const startTime = from === undefined ? endTime - seconds : Math.floor(from.getTime() / 1000);
  const range = { logGroupName, startTime, endTime, limit: mostRows };
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
}

/** One sibling's refusals may have several reasons. */
function bySibling(all: readonly Refusals[]): LogCounts["siblings"] {
  const found = new Map<string, LogCounts["siblings"][number]>();
  for (const { source, sibling, refusals } of all) {
    if (source === "" || sibling === undefined) continue;
    const key = `${source} ${sibling}`;
    found.set(key, { source, sibling, refusals: (found.get(key)?.refusals ?? 0) + refusals });
  }
  return [...found.values()];
}
