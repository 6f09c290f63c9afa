import { LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import type { Route } from "../../lambdas/core/events/event-routes.ts";
import { askFacts } from "../rollback/ask-facts.ts";
import { aliasName } from "../rollback/versions.ts";
import type { Stage } from "../stage/stage.ts";
import type { WantedReplay } from "./replay.ts";

/** How the verifier that is live routes events. */
export type Routing = {
  readonly routes: readonly Route[];
  /** Whether it said so itself; else the routes are those of the stack's event files. */
  readonly isSaid: boolean;
  /** Whether it knows copies with a replay's id. */
  readonly knowsReplays: boolean;
  /** The verifier, as sentences name it. */
  readonly named: string;
};

/** Asks the verifier that is live: after a rollback it is another one than the stack's. */
export async function askRouting({ aws, run, events, clients }: Stage): Promise<Routing> {
  const asked = askFacts(clients.of("lambda", LambdaClient), run?.verifier ?? aws?.verifier ?? "", aliasName);
  const { facts, version } = await asked.catch((error: unknown): Awaited<typeof asked> => {
    // A local run that another version of this program began.
    if (run !== undefined && error instanceof ResourceNotFoundException) return {};
    throw error;
  });
  return {
    routes: facts?.routes ?? ofEventFiles(events),
    isSaid: facts !== undefined,
    knowsReplays: facts?.formats.replays !== undefined,
    named: aws === undefined || version === undefined ? "the verifier" : `version ${version} of the verifier`,
  };
}

function ofEventFiles(events: readonly DeployedEvent[]): readonly Route[] {
  return events.filter(({ options }) => options.retired !== true);
}

/** The types of a processor that the verifier routes; none where it does not know the processor. */
export function ownRoutes({ source, queue }: DeployedEvent, routes: readonly Route[]): readonly Route[] {
  return routes.filter((route) => route.source === source && route.queue === queue);
}

/** @throws {TypeError} For a processor that the live verifier does not know, and for a replay's id where it knows none. */
export function checkRouting(
  { to, mode }: Pick<WantedReplay, "to" | "mode">,
  { routes, knowsReplays, named }: Routing,
): void {
  const unknown = to.filter((one) => ownRoutes(one, routes).length === 0).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new TypeError(
      `Cannot replay to ${unknown.join(", ")}: ${named} that is live does not route it; npm run rollback tells the versions, and ends a rollback`,
    );
  }
  if (mode === "missing" || knowsReplays) return;
  throw new TypeError(
    `Cannot replay with --mode again: ${named} that is live does not say that it knows replays; deploy the stage again first`,
  );
}
