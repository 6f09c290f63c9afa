import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { insightsCounts } from "../../../operate/log-counts/insights.ts";
import { answering } from "../../answering.ts";

type Asked = {
  readonly target: string;
  readonly authorization: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** What is counted by way of a server that plays CloudWatch Logs, and what that was asked. */
async function counted(answer: (asked: Asked) => readonly [status: number, body: object]) {
  const asked: Asked[] = [];
  const server = answering(async (request, response) => {
    const { authorization = "", "x-amz-target": target } = request.headers;
    const one = { target: String(target), authorization, input: JSON.parse(await text(request)) };
    asked.push(one);
    const [status, body] = answer(one);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new CloudWatchLogsClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIASAMPLE", secretAccessKey: "not told", sessionToken: "session" },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const waits: number[] = [];
  const given = {
    logGroupName: "/hookline/dev/verifier",
    now: new Date("2026-01-05T10:00:00Z"),
    wait: async (milliseconds: number) => void waits.push(milliseconds),
  };
  try {
    return { counts: await insightsCounts(client, given), asked, waits };
  } finally {
    server.close();
    server.closeAllConnections();
    client.destroy();
  }
}

const row = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([field, value]) => ({ field, value }));

describe("the counts of a stage's log, by Logs Insights", () => {
  it("is asked for with a signature for CloudWatch Logs, over the last day, until it is there", async () => {
    let running = 2;
    const { counts, asked, waits } = await counted(({ target, input }) => {
      if (target === "Logs_20140328.StartQuery") return [200, { queryId: input.queryString }];
      if (running-- > 0) return [200, { status: "Running" }];
      const isIgnored = String(input.queryId).includes("no-processor");
      const results = isIgnored
        ? [row({ source: "stripe", type: "charge.failed", events: "7" }), row({ source: "stripe", events: "1" })]
        : [
            row({ source: "hotmart", reason: "signature-missing", sibling: "hotmart-hottok", refusals: "2" }),
            row({ source: "hotmart", reason: "signature-wrong", sibling: "hotmart-hottok", refusals: "1" }),
            row({ source: "hotmart", reason: "signature-wrong", refusals: "9" }),
            row({ source: "hotmart", refusals: "5", leftOut: "31" }),
            row({ refusals: "1", leftOut: "1" }),
          ];
      return [200, { status: "Complete", results }];
    });
    assert.deepEqual(counts, {
      ignored: [{ source: "stripe", type: "charge.failed", events: 7 }],
      isCut: false,
      siblings: [{ source: "hotmart", sibling: "hotmart-hottok", refusals: 3 }],
      notLogged: [
        { source: "hotmart", refusals: 31 },
        { source: "", refusals: 1 },
      ],
    });
    assert.deepEqual(waits, [1000, 1000]);
    const started = asked.filter(({ target }) => target.endsWith("StartQuery")).map(({ input }) => input);
    assert.equal(started.length, 2);
    for (const { logGroupName, startTime, endTime } of started) {
      const end = Date.parse("2026-01-05T10:00:00Z") / 1000;
      assert.deepEqual([logGroupName, startTime, endTime], ["/hookline/dev/verifier", end - 86_400, end]);
    }
    for (const { authorization } of asked) {
      assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AKIASAMPLE\/\d{8}\/eu-west-1\/logs\/aws4_request, /);
    }
  });

  it("fails with the service's own name and words where the operator may not ask", async () => {
    const denied = counted(() => [400, { __type: "a.b#AccessDeniedException", Message: "not authorized" }]);
    await assert.rejects(denied, { name: "AccessDeniedException", message: "not authorized" });
  });

  it("fails where the query does not come to its end", async () => {
    await assert.rejects(
      counted(() => [200, { queryId: "q", status: "Running" }]),
      /took more than 60 s$/,
    );
  });
});
