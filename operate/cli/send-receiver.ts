import type { Provider } from "../../lambdas/core/provider.ts";
import type { LocalRun } from "../../local/local-run.ts";
import { type Receiver, receiverOf } from "../send/sample-delivery.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Print, usageError, type Values } from "./command.ts";
import { readSecretInput } from "./input-file.ts";
import { providerNamed } from "./provider-named.ts";
import { stageOptions } from "./stage-options.ts";

/** The options of `send` that say who receives: the local run, an address, or a stage on AWS. */
export const receiverOptions = {
  "secret-file": {
    type: "string",
    value: "F|-",
    says: "the secret, from a file or standard input; defaults to the local run's",
  },
  url: { type: "string", value: "URL", says: "the address to post to; defaults to the local run's" },
  forward: { type: "string", value: "URL", says: "sign for this address, say it, and post there" },
  stage: { type: "string", value: "NAME", says: "a stage on AWS with allowSend: true; its own secret signs" },
  stack: stageOptions.stack,
  region: stageOptions.region,
} as const;

type Given = Values<typeof receiverOptions>;

/** A source that receives, and its provider. */
type Addressed = Receiver & { readonly provider: Provider };

const send = { name: "send" };

/**
 * Whether the options name a stage on AWS.
 *
 * @throws {UsageError} For options that do not go with each other.
 */
export function isOnAws({ stage, stack, region, ...others }: Given): boolean {
  const named = stage !== undefined || stack !== undefined;
  if (!named && region !== undefined) throw usageError(send, "--region goes with --stage or --stack");
  const other = (["url", "forward", "secret-file"] as const).find((name) => others[name] !== undefined);
  if (!named || other === undefined) return named;
  const reason = "a stage on AWS is sent to at its own URL, signed with its own secret";
  throw usageError(send, `${reason}: --${other} does not go with it`);
}

/**
 * A source of a stage on AWS. Prints the stage.
 *
 * @throws {TypeError} Where the stage is not there, or does not allow it.
 */
export async function receiverOnAws(
  source: string,
  given: Given,
  places: StagePlaces,
  print: Print,
): Promise<Addressed> {
  // The clients of AWS are packages that nothing else of this command needs.
  const [{ checkSource, openStage }, { sendTarget }] = await Promise.all([
    import("./stage.ts"),
    import("../send/send-target.ts"),
  ]);
  const stage = await openStage(given.stage, { ...given, local: false }, places);
  try {
    const target = sendTarget(stage);
    const name = target.sources[checkSource(source, stage)] ?? source;
    const provider = providerNamed(name, `Cannot send to /${source} of stage ${stage.name}:`);
    print(stage.place);
    return { provider, ...(await target.receiverOf(source)) };
  } finally {
    stage.clients.close();
  }
}

const noRun = "no local run is on (npm start)";

/** A source of the local run, or one at an address that is given. @throws {TypeError} Where its URL or secret is not known. */
export async function receiverAt(
  name: string,
  source: string,
  given: Given,
  run: LocalRun | undefined,
): Promise<Addressed> {
  const { url, forward, "secret-file": file } = given;
  const local = run?.sources[source];
  const receiver = local === undefined ? undefined : receiverOf(local);
  const doing = `Cannot send ${name}:`;
  const provider = providerNamed(local?.provider ?? source, `${doing} the local run has no such source, and`);
  if (url !== undefined) checkUrl("--url", url);
  const to = forward ?? url ?? receiver?.url;
  const without = lackOf(source, run);
  if (to === undefined) throw new TypeError(`${doing} ${without}, and no --url is given`);
  return { provider, url: to, secret: await readSecret(file, receiver?.secret, without) };
}

function lackOf(source: string, run: LocalRun | undefined): string {
  if (run === undefined) return noRun;
  return `the local run has no source "${source}", only ${Object.keys(run.sources).sort().join(", ")}`;
}

/** The secret of a file, else that of the local run. @throws {TypeError} Where there is neither, and `without` says why. */
export async function readSecret(
  file: string | undefined,
  local: string | undefined,
  without: string = noRun,
): Promise<string> {
  if (file !== undefined) return await readSecretInput("--secret-file", file);
  if (local !== undefined) return local;
  throw new TypeError(`Cannot sign: ${without}, and no --secret-file is given`);
}

/** Says where a delivery is forwarded to, before it goes there: without a query, which may hold a token. */
export function forwardUrl({ forward, url }: Given, print: Print): string | undefined {
  if (forward === undefined) return undefined;
  if (url !== undefined) throw usageError(send, "--forward and --url are two addresses: give one");
  const { origin, pathname } = checkUrl("--forward", forward);
  print(`Signs for ${origin}${pathname}, and posts there.`);
  return forward;
}

function checkUrl(option: string, text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw usageError(send, `${option} takes a URL of http or https, received something else`);
}
