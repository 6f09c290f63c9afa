import type { S3Client } from "@aws-sdk/client-s3";
import type { DepositedEvent, WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { Tombstones } from "../events/tombstones.ts";
import type { Stage } from "../stage/stage.ts";

/** An event as a copy has it. */
type AnyEvent = WebhookEvent | DepositedEvent;

/** The parts that each place's erasure needs. */
export type Places = {
  readonly stage: Stage;
  readonly s3: S3Client;
  readonly dryRun: boolean;
  isMeant(event: Pick<AnyEvent, "id" | "source" | "tenant"> & { readonly received: string | Date }): boolean;
  /** Of earlier erasures, too: one ends before an object that is written anew. */
  readonly tombstones: Tombstones;
  eraseTraces(events: readonly AnyEvent[], likely?: readonly string[]): Promise<void>;
  count(place: "archived" | "spilled" | "dead", number: number): void;
};
