import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readEventFiles } from "../../../infra/build/event-files.ts";
import { deployedEvent } from "../../../infra/receiver-facts.ts";
import { parseSecretValue } from "../../../lambdas/aws/secrets/secret-value.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startSecretsManager } from "../../../local/aws/secrets-manager.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { endpoints } from "../../../operate/cli/endpoints.ts";
import { localRun } from "../stage-fixture.ts";
import { type FakeApi, startFakeProvider } from "./fake-provider.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Where a tunnel to the local run would be. */
export const tunnel = "https://tunnel.example.com";

export type EndpointsFixture = Awaited<ReturnType<typeof startFixture>>;

/**
 * A local run's Secrets Manager and event files, and the fake of one provider, at whom the command works.
 *
 * @param files Event files by name, with their options as text.
 */
export async function startFixture(source: string, api: FakeApi, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "hookline-endpoints-"));
  const provider = await startFakeProvider(api);
  const secretsManager = await startSecretsManager({ accessKeyId: "local" });
  const client = new SecretsManagerClient(clientFor(secretsManager.url));
  await client.send(new CreateSecretCommand({ Name: `hookline/dev/${source}` }));
  const keyFile = join(folder, "key.txt");
  writeFileSync(keyFile, `${api.key}\n`);
  const events = join(folder, "events");
  mkdirSync(events);
  for (const [name, given] of Object.entries(files)) {
    mkdirSync(dirname(join(events, name)), { recursive: true });
    const core = JSON.stringify(join(root, "lambdas/core/processing/processor.ts"));
    const text = `export default processor({ impact: "Harm", ${given} }, async () => {});\n`;
    writeFileSync(join(events, `${name}.ts`), `import { processor } from ${core};\n${text}`);
  }
  const found = (await readEventFiles(events)).map(deployedEvent);
  const nowhere = localRun({}).endpoints;
  const run = localRun({
    endpoints: { ...nowhere, secretsmanager: secretsManager.url },
    sources: Object.fromEntries(
      found.map((event) => [event.source, { provider: event.source, url: "", secret: "", queues: {} }]),
    ),
    events: found,
  });
  writeLocalRun(run, folder);
  const asked: string[] = [];
  const pauses: number[] = [];

  /** Runs the command on the local run behind a tunnel; `answer` is the one to its question. */
  async function runCommand(
    action: string,
    args: readonly string[] = [],
    given: { answer?: boolean; now?: Date } = {},
  ) {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const place = ["--local", "--url", tunnel, "--api", provider.url, "--key-file", keyFile];
    const { answer = true, now } = given;
    const code = await endpoints(["dev", source, action, ...place, ...args], print, {
      folder,
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
      ...(now === undefined ? {} : { now: () => now }),
    });
    assert.equal(lines.shift(), "Stage dev in the local run");
    return { code, said: lines.join("\n") };
  }

  async function stored() {
    try {
      const SecretId = `hookline/dev/${source}`;
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      return parseSecretValue(SecretString).secrets;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  }

  return {
    ...provider,
    folder,
    keyFile,
    secretsUrl: secretsManager.url,
    deployed: found,
    /** The run goes on without any event file. */
    removeEvents: () => writeLocalRun({ ...run, sources: {}, events: [] }, folder),
    client,
    asked,
    pauses,
    run: runCommand,
    /** The secrets that are stored, in their order, with their ends. */
    stored,
    async secrets(): Promise<readonly string[]> {
      return (await stored()).map(({ secret }) => secret);
    },
    async close() {
      client.destroy();
      await provider.close();
      await secretsManager.close();
      rmSync(folder, { recursive: true });
    },
  };
}
