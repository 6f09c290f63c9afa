import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { StartedRun } from "./started-run.ts";

const body = readFileSync(new URL("../lambdas/providers/samples/github/push.json", import.meta.url));
const longestMilliseconds = 120_000;

/**
 * Posts so many signed pushes of GitHub, so many at once, and waits until each has run.
 *
 * @returns How long that took, in seconds.
 * @throws {Error} For an answer other than 200, or when they are not done in two minutes.
 */
export async function postEvents({ run, entries }: StartedRun, count: number, concurrency: number): Promise<number> {
  const { url = "", secret = "" } = run.sources.github ?? {};
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const done = entries() + count;
  const begun = performance.now();
  let left = count;
  const client = async () => {
    while (left-- > 0) await post(url, signature, agent);
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
  while (entries() < done) {
    if (performance.now() - begun > longestMilliseconds) throw new Error(`${done - entries()} events are not done`);
    await wait(20);
  }
  return (performance.now() - begun) / 1000;
}

async function post(url: string, signature: string, agent: Agent): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "x-github-delivery": randomUUID(),
    "x-github-event": "push",
    "x-hub-signature-256": signature,
  };
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, async (response) => {
      const said = await text(response);
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${response.statusCode} ${said}`));
    });
    sent.once("error", reject).end(body);
  });
}
