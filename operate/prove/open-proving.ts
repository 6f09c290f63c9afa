import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { runApp } from "../../local/app/run-app.ts";
import { cdkCall } from "../deploy/run-cdk.ts";
import { readRecords } from "../events/records.ts";
import { shellWord } from "../shell-word.ts";
import { type AwsClients, findOnAws } from "../stage/aws-stage.ts";
import { localStage } from "../stage/find-stage.ts";
import { stackNamed } from "../stage/stack-named.ts";
import type { Clients } from "../stage/stage.ts";
import { proofSecret } from "./account-steps.ts";
import { appCommand, hooklineCall, type Ran, type RunProgram } from "./programs.ts";
import { type AccountProving, NotSeenError, type Proving, succeeded } from "./proving.ts";

/** The parts that both kinds of proof are opened with. */
type Opening = {
  readonly stage: string;
  readonly run: RunProgram;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  /** Takes what goes on in a step. */
  readonly tell?: (text: string) => void;
};

/** A stage that is proved, and the commands that its steps ran. */
type Opened<Given extends Proving> = {
  readonly proving: Given;
  /** The commands since it was asked before, as they are typed. */
  readonly noted: () => readonly string[];
  close(): Promise<void>;
};

/** A stage in an account: its stack is not there yet. */
export async function openAccount(
  given: Opening & { readonly region: string; readonly awsClients: AwsClients },
): Promise<Opened<AccountProving>> {
  const { stage, region, awsClients, run, tell } = given;
  const stack = `Hookline-${stage}`;
  const clients = awsClients(region);
  const base = baseOf(given, 5000);
  const { folder, note } = base;
  const place = ["--stack", stack, "--region", region];
  const secret = proofSecret();
  const env = { ...process.env, AWS_REGION: region };
  const cdk = async (words: readonly string[]) => {
    note(`npx cdk ${words.map((word) => shellWord(word.replace(folder, "FOLDER"))).join(" ")}`);
    const call = cdkCall(words);
    return await run({ ...call, env: { ...call.env, AWS_REGION: region }, ...defined({ tell }) });
  };
  const assemblies = new Map<number, string>();
  const deployed = async () => {
    const found = await findOnAws({ stack, region }, {}, awsClients);
    found.clients.close();
    return found;
  };
  const outputs = async () => {
    const { Outputs = [] } = (await stackNamed(clients.of("cloudformation", CloudFormationClient), stack)) ?? {};
    const value = (name: string) => Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? "";
    return { functionUrl: value("FunctionUrl"), apiUrl: value("ApiUrl") };
  };
  const proving: AccountProving = {
    ...{ stage, stack, folder, clients, cdk, note, prefix: base.prefix, until: base.until },
    hookline: async (words, { input } = {}) =>
      await base.hookline(words, words[0] === "check-endpoint" ? [] : place, {
        ...defined({ input }),
        env,
      }),
    async entrances() {
      const { functionUrl, apiUrl } = await outputs();
      return { "function URL": functionUrl.replace(/\/+$/, ""), "HTTP API": apiUrl.replace(/\/+$/, "") };
    },
    secret: async () => secret,
    async synthesize(round) {
      const known = assemblies.get(round);
      if (known !== undefined) return known;
      const assembly = join(folder, `cdk.out-${round}`);
      const command = appCommand(stage, join(folder, `bundles-${round}`), round);
      const call = cdkCall(["synth", stack, "--quiet", "--output", assembly, "--app", command]);
      succeeded(await run({ ...call, env: { ...call.env, AWS_REGION: region } }));
      assemblies.set(round, assembly);
      return assembly;
    },
    verifier: async () => (await deployed()).aws?.verifier ?? "",
    recorded: async (key) => await stateOf(clients, (await deployed()).table, key),
  };
  const close = async () => {
    clients.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { proving, noted: base.noted, close };
}

/** The same app in a local run of its own. */
export async function openLocal(given: Opening): Promise<Opened<Proving>> {
  const { stage, tell = () => {} } = given;
  const base = baseOf(given, 250);
  const { folder } = base;
  const runFolder = join(folder, "run");
  const running = await runApp({
    app: {
      folder: fileURLToPath(new URL("../../", import.meta.url)),
      command: appCommand(stage, join(folder, "bundles"), 1),
    },
    ...{ port: 0, folder: runFolder, keep: false, freshSecrets: true, fastRetries: true },
    log: (report) => {
      if (report.from === "run") tell(report.text);
    },
  });
  const env = { ...process.env, HOOKLINE_FOLDER: runFolder };
  const { functionUrl, apiUrl, sources } = running.run;
  const { clients, table } = localStage(running.run);
  const proving: Proving = {
    ...{ stage, folder, stack: `Hookline-${stage}`, prefix: base.prefix, until: base.until },
    hookline: async (words, { input } = {}) => await base.hookline(words, [], { ...defined({ input }), env }),
    entrances: async () => ({ "function URL": functionUrl, "HTTP API": apiUrl }),
    secret: async () => sources.prove?.secret ?? "",
    recorded: async (key) => await stateOf(clients, table, key),
  };
  const close = async () => {
    clients.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { proving, noted: base.noted, close };
}

async function stateOf(clients: Clients, table: string, key: string): Promise<string | undefined> {
  const records = await readRecords(clients.of("dynamodb", DynamoDBClient), table, [key]);
  return records.get(key)?.st?.S;
}

function baseOf({ run, signal, tell = () => {} }: Opening, pollMilliseconds: number) {
  const folder = mkdtempSync(join(tmpdir(), "hookline-prove-"));
  const commands: string[] = [];
  const note = (command: string) => {
    if (commands.at(-1) !== command) commands.push(command);
  };
  return {
    folder,
    prefix: `prove-${randomBytes(6).toString("hex")}`,
    note,
    noted: () => commands.splice(0),
    async hookline(
      [name = "", ...words]: readonly string[],
      place: readonly string[],
      given: { readonly input?: string; readonly env: NodeJS.ProcessEnv },
    ): Promise<Ran> {
      const { input, env } = given;
      const typed = [...words, ...place].map((word) => shellWord(word.replace(folder, "FOLDER")));
      note(`npm run ${name} -- ${typed.join(" ")}`.trimEnd());
      return await run({ ...hooklineCall([name, ...words, ...place], env), ...defined({ input }) });
    },
    async until<T>(wanted: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
      tell(`waits until ${wanted}`);
      for (const begun = performance.now(); ; ) {
        const found = await ask();
        if (found !== undefined) return found;
        if (signal.aborted) throw new NotSeenError(`it was interrupted before ${wanted}`);
        if (performance.now() - begun > seconds * 1000) throw new NotSeenError(`not within ${seconds} s: ${wanted}`);
        await sleep(pollMilliseconds, undefined, { signal }).catch(() => {});
      }
    },
  };
}
