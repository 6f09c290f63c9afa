import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { queueName } from "../../infra/queue-names.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { findEvent } from "../dead-events/dlq-place.ts";
import { openEvents, pausedQueues } from "../events/open-events.ts";
import type { Stage } from "../stage/stage.ts";
import type { ReplayPlaces } from "./copies.ts";
import { createManifests, type Manifest, type Manifests } from "./manifest.ts";
import { copiesIn, planReplay, type ReplayPlan } from "./plan.ts";
import { newReplayId, type ReplayMode, type WantedReplay } from "./replay.ts";
import { planLines } from "./replay-text.ts";
import { askRouting, checkRouting, type Routing } from "./routing.ts";
import { runReplay } from "./run-replay.ts";
import type { CopySender } from "./send-copies.ts";

type Places = Omit<ReplayPlaces, "routes"> & CopySender & { readonly manifests: Manifests };

/** A plan, and its lines for people. */
type Planned = { readonly plan: ReplayPlan; readonly copies: number; readonly lines: readonly string[] };

/** The replays of a stage. */
export type Replays = {
  readonly manifests: Manifests;
  /** The processors of these names. @throws {TypeError} Where the stage has no such one, or its processors know no replays. */
  targets(names: readonly string[], mode: ReplayMode): readonly DeployedEvent[];
  /** @throws {TypeError} Where the verifier that is live does not route to one of its processors, or knows no replays. */
  plan(wanted: WantedReplay, perSecond: number, progress?: (events: number) => void): Promise<Planned>;
  /** A replay that begins now. */
  begin(wanted: WantedReplay, given: { readonly perSecond: number; readonly copies: number }): Manifest;
  run(
    begun: Manifest,
    wanted: WantedReplay,
    running: {
      readonly mostDead: number;
      readonly signal: AbortSignal;
      readonly progress: (manifest: Manifest) => void;
    },
  ): Promise<Manifest>;
};

/** Opens the replays of a stage. @throws {TypeError} Where it has no archive. */
export function openReplays(stage: Stage): Replays {
  const s3 = stage.clients.of("s3", S3Client);
  const { archive } = openEvents(stage);
  const places: Places = {
    archive,
    manifests: createManifests(s3, stage.bucket),
    sqs: stage.clients.of("sqs", SQSClient),
    dynamoDb: stage.clients.of("dynamodb", DynamoDBClient),
    table: stage.table,
    now: Date.now,
  };
  let asked: Promise<Routing> | undefined;
  const routingOf = async (wanted: WantedReplay) => {
    asked ??= askRouting(stage);
    const routing = await asked;
    checkRouting(wanted, routing);
    return routing;
  };
  return {
    manifests: places.manifests,
    targets(names, mode) {
      const found = [...new Set(names)].map((name) => targetOf(stage, name));
      checkReplays(stage, mode);
      return found;
    },
    async plan(wanted, perSecond, progress) {
      const routing = await routingOf(wanted);
      const plan = await planReplay(wanted, { ...places, routes: routing.routes }, progress);
      const paused = await pausedQueues(stage.clients.of("lambda", LambdaClient));
      const lines = planLines(plan, wanted, perSecond, (one) => paused.has(queueName(stage.name, one.queue)));
      return { plan, copies: copiesIn(plan), lines: [...lines, ...silenceLines(routing)] };
    },
    begin({ filter, since, until, to, mode, tests }, { perSecond, copies }) {
      const [from, before] = [since, until].map((time) => new Date(time).toISOString()) as [string, string];
      return {
        ...{
          id: newReplayId(),
          stage: stage.name,
          begun: new Date().toISOString(),
          filter,
          since: from,
          until: before,
        },
        ...{ to: to.map(({ name }) => name), mode, tests, perSecond, copies, sent: 0, dead: 0, state: "running" },
        checkpoint: from,
      };
    },
    async run(begun, wanted, running) {
      const { routes } = await routingOf(wanted);
      return await runReplay(begun, wanted, { ...places, routes, ...running });
    },
  };
}

function silenceLines({ isSaid, named }: Routing): readonly string[] {
  if (isSaid) return [];
  return [`${named} that is live does not say what it routes: the plan goes by the event files of the stack`];
}

/** @throws {TypeError} Where the stage has no such processor, or it is retired: nothing would take from its queue for long. */
function targetOf({ events }: Stage, name: string): DeployedEvent {
  const found = findEvent(events, name);
  if (found.options.retired !== true) return found;
  throw new TypeError(
    `Cannot replay to ${name}: it is retired; take \`retired\` out of its event file and deploy first`,
  );
}

/** @throws {TypeError} Where the stage's processors would take a copy with a replay's id for done. */
function checkReplays({ replays, name }: Stage, mode: ReplayMode): void {
  if (mode === "missing" || replays) return;
  throw new TypeError(
    `Cannot replay with --mode again: stage ${name} was deployed before its processors knew replays, and would take each copy for done; deploy it again first`,
  );
}
