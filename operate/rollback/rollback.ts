import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient, PreconditionFailedException, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { awsFailure } from "../stage/aws-failure.ts";
import { RefusedCallError } from "../stage/refused-call.ts";
import { stackNamed } from "../stage/stack-named.ts";
import type { Stage } from "../stage/stage.ts";
import { askFacts } from "./ask-facts.ts";
import { obstacles, queuesToFind } from "./obstacles.ts";
import { aliasName, readVersions, type Versions } from "./versions.ts";

/** A version of the verifier that is kept. */
export type Kept = Versions["kept"][number] & {
  readonly isLive: boolean;
  /** The reasons for which it must not answer, a sentence each; none where it may, and of the live one. */
  readonly against: readonly string[];
};

/** The verifier's versions of a stage. */
export type Rollbacks = Pick<Versions, "live" | "newest" | "revision"> & { readonly versions: readonly Kept[] };

/** A local run goes on with the newest code. */
const ofLocalRun: Rollbacks = {
  ...{ live: "1", newest: "1" },
  versions: [{ version: "1", isLive: true, against: [] }],
};

/** So many versions or queues are asked for at once. */
const atOnce = 5;

/**
 * Compares the versions of a stage's verifier with the stack's own.
 *
 * @param only This version alone is compared; the others have no reasons.
 * @throws {TypeError} Where the stack names no verifier.
 */
export async function compareVersions(stage: Stage, only?: string): Promise<Rollbacks> {
  if (stage.run !== undefined) return ofLocalRun;
  const { lambda, verifier } = verifierOf(stage);
  const [versions, status] = await Promise.all([readVersions(lambda, verifier), statusOf(stage)]);
  const { live, newest, kept, revision } = versions;
  const isCompared = ({ version }: { readonly version: string }) =>
    version !== live && (only === undefined || version === only);
  const against = await reasonsFor(stage, { ...versions, status }, kept.filter(isCompared));
  const found = kept.map((one) => {
    return { ...one, isLive: one.version === live, against: against.get(one.version) ?? [] };
  });
  return { live, newest, versions: found, ...defined({ revision }) };
}

async function reasonsFor(
  stage: Stage,
  { live, newest, shifting, status }: Versions & { readonly status: string },
  compared: Versions["kept"],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (shifting !== undefined || isUnderWay(status)) {
    const under = `the stack is ${status}, so that version ${newest} is not yet its own, or no longer`;
    const what = shifting === undefined ? under : `a gradual deployment shifts between ${live} and ${shifting}`;
    const why = `${what}: wait until it has ended`;
    return new Map(compared.map(({ version }) => [version, [why]]));
  }
  // The stack's own may always answer: that ends a rollback.
  const older = compared.filter(({ version }) => version !== newest);
  if (older.length === 0) return new Map();
  const { lambda, verifier } = verifierOf(stage);
  const { facts: own } = await askFacts(lambda, verifier, newest);
  if (own === undefined) {
    const why = `version ${newest}, which is the stack's own, does not say its facts: deploy this release first`;
    return new Map(older.map(({ version }) => [version, [why]]));
  }
  const isGone = queueSearch(stage);
  const reasons = await mapBounded(older, atOnce, async ({ version }) => {
    try {
      const { facts } = await askFacts(lambda, verifier, version);
      if (facts === undefined) return ["it does not say its facts: it is of an earlier release, or fails"];
      const gone = await mapBounded(queuesToFind(own, facts), atOnce, isGone);
      return obstacles(own, facts, gone.flat());
    } catch (error) {
      if (error instanceof RefusedCallError) throw error;
      return [`it could not be asked: ${(awsFailure(error) ?? errorText(error)).split("\n")[0]}`];
    }
  });
  return new Map(older.map(({ version }, index) => [version, reasons[index] ?? []]));
}

async function statusOf({ aws, clients }: Stage): Promise<string> {
  const stack = await stackNamed(clients.of("cloudformation", CloudFormationClient), aws?.stack ?? "");
  return stack?.StackStatus ?? "";
}

/**
 * A deployment makes the new version before its queues, and one that fails deletes it last, after the alias is back. Of one that
 * succeeded, the clean-up alone remains.
 */
function isUnderWay(status: string): boolean {
  if (status === "UPDATE_ROLLBACK_FAILED") return true;
  return status.endsWith("_IN_PROGRESS") && status !== "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
}

/** Has a version of the verifier answer. @throws {TypeError} Where somebody else changed the alias since it was read. */
export async function rollBack(stage: Stage, { revision }: Rollbacks, version: string): Promise<void> {
  const { lambda, verifier: FunctionName } = verifierOf(stage);
  try {
    await lambda.send(
      new UpdateAliasCommand({
        ...{ FunctionName, Name: aliasName, FunctionVersion: version },
        ...defined({ RevisionId: revision }),
      }),
    );
  } catch (cause) {
    if (!(cause instanceof PreconditionFailedException)) throw cause;
    throw new TypeError(
      `Cannot roll back to version ${version}: the alias ${aliasName} was changed in this moment, by a deployment or by somebody else; run the command again`,
      { cause },
    );
  }
}

function verifierOf({ aws, clients, name }: Stage) {
  const verifier = aws?.verifier ?? "";
  if (verifier !== "") return { lambda: clients.of("lambda", LambdaClient), verifier };
  throw new TypeError(
    `Cannot find the verifier of stage ${name}: its stack does not name the function; deploy it again first`,
  );
}

/**
 * Finds a queue, or returns it as one that is gone; each is asked for once. That of an event file that was deleted is kept with its
 * events, and has no processor any more.
 */
function queueSearch({ name, clients, events }: Stage): (queue: string) => Promise<readonly string[]> {
  const sqs = clients.of("sqs", SQSClient);
  const asked = new Map<string, Promise<readonly string[]>>();
  const isGone = async (queue: string) => {
    if (queue !== archiveQueue && !events.some((event) => event.queue === queue)) return [queue];
    try {
      await sqs.send(new GetQueueUrlCommand({ QueueName: queueName(name, queue) }));
      return [];
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return [queue];
      throw error;
    }
  };
  return (queue) => {
    const known = asked.get(queue) ?? isGone(queue);
    asked.set(queue, known);
    return known;
  };
}
