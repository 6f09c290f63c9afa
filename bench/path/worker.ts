import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import { toEnvelope } from "../../lambdas/core/mod.ts";

// Runs one path in a process of its own: so many invocations, one after the other, when it is told to; then says what they took.
// worker.ts verifier|processor BUNDLE [BYTES]: a module with `handler`, and how large the body is at least.

/** What an invocation took, in milliseconds, and the memory after it, in bytes. */
export type Taken = { readonly cpu: number; readonly wall: number; readonly memory: number };

const [, , kind = "", bundle = "", bytes = "0"] = process.argv;
const { handler } = await import(bundle);
const sample = readFileSync(new URL("../../lambdas/providers/samples/github/push.json", import.meta.url), "utf8");
const pushed = JSON.parse(sample);
const missing = Math.max(0, Number(bytes) - JSON.stringify(pushed).length);
// Commits such as it has, until it is as large.
const commit = JSON.stringify(pushed.commits?.[0] ?? { id: "0".repeat(40) });
pushed.commits = [...(pushed.commits ?? []), ...Array(Math.ceil(missing / commit.length)).fill(JSON.parse(commit))];
const body = JSON.stringify(pushed);
const signature = `sha256=${createHmac("sha256", "topsecret").update(body).digest("hex")}`;
const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: "1" };

const events: Readonly<Record<string, (id: string) => unknown>> = {
  verifier: (id) => ({
    version: "2.0",
    rawPath: "/github",
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-delivery": id,
      "x-github-event": "push",
      "x-hub-signature-256": signature,
    },
    requestContext: { domainName: "hooks.example", http: { method: "POST", path: "/github", sourceIp: "192.0.2.7" } },
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  }),
  processor: (id) => ({
    Records: [
      {
        messageId: id,
        receiptHandle: id,
        body: toEnvelope({
          id,
          type: "push",
          source: "github",
          key: id,
          received: new Date(),
          bodyCovered: true,
          body: new TextEncoder().encode(body),
        }),
        attributes: { ApproximateReceiveCount: "1", SentTimestamp: `${Date.now()}` },
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:bench-github-push",
      },
    ],
  }),
};

let made = 0;
process.on("message", async (count: number) => {
  const given = Array.from({ length: count }, () => events[kind]?.(`${process.pid}-${made++}`));
  const [used, started] = [process.cpuUsage(), performance.now()];
  for (const event of given) {
    const { statusCode, batchItemFailures = [] } = await handler(event, context);
    if ((kind === "verifier" && statusCode !== 200) || batchItemFailures.length > 0)
      throw new Error(`The ${kind} failed: ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(used);
  const [cpu, wall] = [(user + system) / 1000 / count, (performance.now() - started) / count];
  (globalThis as { readonly gc?: () => void }).gc?.();
  const taken: Taken = { cpu, wall, memory: process.memoryUsage().heapUsed };
  process.send?.(taken);
});
process.send?.("ready");
