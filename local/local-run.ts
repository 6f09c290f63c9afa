import { readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { DeployedEvent } from "../infra/receiver-facts.ts";
import { writeWhole } from "./aws/whole-file.ts";
import { lives } from "./run-lock.ts";

/** A local run's facts for other programs, in `.hookline/local.json`. */
export type LocalRun = {
  readonly pid: number;
  readonly stage: string;
  readonly region: string;
  readonly functionUrl: string;
  readonly apiUrl: string;
  readonly endpoints: Readonly<Record<"dynamodb" | "sqs" | "s3" | "secretsmanager", string>>;
  /** Whom the endpoints and `lambda` answer: a client's access key id; the secret one may be any. */
  readonly accessKeyId: string;
  /** Answers Lambda's calls on event source mappings, and invokes functions. */
  readonly lambda: string;
  /** The name of the verifier's function. */
  readonly verifier: string;
  /** Answers what the verifier has logged so far, counted. */
  readonly counts: string;
  /** Answers the deliveries that came last: see `serveKeptDeliveries`. */
  readonly deliveries: string;
  /** The folder into which the examples write what they do, of this run alone. */
  readonly outbox: string;
  readonly table: string;
  readonly bucket: string;
  readonly sources: Readonly<Record<string, LocalSource>>;
  readonly events: readonly DeployedEvent[];
};

/** Where the embedded services are, and the access key by which they let a client in. */
export type Reach = Pick<LocalRun, "endpoints" | "accessKeyId">;

export type LocalSource = {
  readonly provider: string;
  readonly url: string;
  readonly secret: string;
  /** Where the signing key differs from the verifying one (Ed25519, ECDSA). */
  readonly signingSecret?: string;
  /** By event type. */
  readonly queues: Readonly<Record<string, { readonly queue: string; readonly dlq: string }>>;
};

/**
 * Where a local run keeps its files, and commands look for it: in this repository, or where the package is used from, in its project's
 * folder. A second run beside it has the folder that `HOOKLINE_FOLDER` names.
 */
export const runFolder: string = process.env.HOOKLINE_FOLDER
  ? resolve(process.env.HOOKLINE_FOLDER)
  : import.meta.url.endsWith(".ts")
    ? fileURLToPath(new URL("../.hookline/", import.meta.url))
    : resolve(".hookline");

/** Writes `local.json`, whole or not at all, readable by its owner alone: it holds secrets. */
export function writeLocalRun(run: LocalRun, folder: string = runFolder): void {
  writeWhole(`${folder}/local.json`, `${JSON.stringify(run, null, 2)}\n`);
}

/** Removes `local.json`, where it is that of this process. */
export function removeLocalRun(pid: number, folder: string = runFolder): void {
  if (readLocalRun(folder)?.pid === pid) rmSync(`${folder}/local.json`, { force: true });
}

/** The local run that is on, or undefined where none is. */
export function readLocalRun(folder: string = runFolder): LocalRun | undefined {
  let run: LocalRun;
  try {
    run = JSON.parse(readFileSync(`${folder}/local.json`, "utf8"));
  } catch {
    return undefined;
  }
  // A killed run leaves it behind, and another program may have its ports by now.
  return lives(run.pid) ? run : undefined;
}
