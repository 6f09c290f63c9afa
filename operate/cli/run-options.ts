import { findTunnelProgram, type TunnelProgram } from "../tunnel/programs.ts";
import { usageError } from "./command.ts";
import { tunnelOption } from "./open-tunnel.ts";
import type { RowFilter } from "./run-rows.ts";

/** The options of a local run. */
export const runOptions = {
  port: { type: "string", value: "N", says: "the port of the function URL; 0 takes a free one", default: "8787" },
  keep: { type: "boolean", says: "keep records, queues and bodies for the next run; secrets are kept in any case" },
  "fresh-secrets": { type: "boolean", says: "make new secrets, in place of those of the run before" },
  "fast-retries": { type: "boolean", says: "retry in seconds, where AWS waits for minutes" },
  why: { type: "boolean", says: "explain each refusal" },
  tunnel: tunnelOption,
  source: { type: "string", value: "NAME", says: "print deliveries and runs of this source alone", multiple: true },
  type: { type: "string", value: "NAME", says: "print those of this event type alone", multiple: true },
  outcome: {
    type: "string",
    value: "WORD",
    says: "print those that end so alone: accepted, failed …",
    multiple: true,
  },
  verbose: { type: "boolean", says: "print each step and each process, too" },
} as const;

type RunValues = {
  readonly port: string;
  readonly keep: boolean;
  readonly "fresh-secrets": boolean;
  readonly "fast-retries": boolean;
  readonly why: boolean;
  readonly tunnel: boolean;
  readonly verbose: boolean;
} & RowFilter;

/** A local run as its options want it. */
export type WantedRun = {
  readonly port: number;
  readonly keep: boolean;
  readonly freshSecrets: boolean;
  readonly fastRetries: boolean;
  readonly why: boolean;
  readonly verbose: boolean;
  readonly filter: RowFilter;
  /** Gives the function URL a public address. */
  readonly tunnel: TunnelProgram | undefined;
};

/** @throws {UsageError} For a port that cannot be. */
export function readRunOptions(values: RunValues): WantedRun {
  const { keep, why, verbose, source, type, outcome } = values;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw usageError({ name: "start" }, `--port takes a number from 0 to 65535, received "${values.port}"`);
  }
  return {
    ...{ port, keep, why, verbose, filter: { source, type, outcome } },
    freshSecrets: values["fresh-secrets"],
    fastRetries: values["fast-retries"],
    tunnel: values.tunnel ? findTunnelProgram() : undefined,
  };
}
