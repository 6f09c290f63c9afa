import type { Clients } from "../stage/stage.ts";
import type { Ran } from "./programs.ts";

/** A stage that is proved: the programs and clients that its steps use. */
export type Proving = {
  readonly stage: string;
  /** The name of its stack; on AWS alone. */
  readonly stack: string;
  /** The beginning of the ids of its events: no two proofs have the same. */
  readonly prefix: string;
  /** A folder for files, of this proof alone. */
  readonly folder: string;
  /** Runs a command of Hookline on the stage, and notes it. */
  hookline(words: readonly string[], given?: { readonly input?: string }): Promise<Ran>;
  /** The addresses of its entrances, by name. */
  entrances(): Promise<Readonly<Record<string, string>>>;
  /** The state in a record of the table; undefined where there is none. */
  recorded(key: string): Promise<string | undefined>;
  /** The secret of its source. */
  secret(): Promise<string>;
  /**
   * Asks until there is an answer.
   *
   * @param wanted The state that is waited for, in words.
   * @throws {NotSeenError} Where it does not come in time.
   */
  until<T>(wanted: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T>;
};

/** A stage in an account. */
export type AccountProving = Proving & {
  readonly clients: Clients;
  /** Runs cdk, and notes it. */
  cdk(words: readonly string[]): Promise<Ran>;
  /** Synthesizes the app; each round has another version of the verifier. Returns the folder of the assembly. */
  synthesize(round: 1 | 2): Promise<string>;
  /** The name of the verifier's function. */
  verifier(): Promise<string>;
  /** Notes a call of the SDK, as a command of the AWS CLI. */
  note(command: string): void;
};

/** One step of a proof. */
export type Step<Given extends Proving = Proving> = {
  readonly name: string;
  /** The claim that it shows. */
  readonly claim: string;
  /** The steps without which it cannot be tried. */
  readonly needs: readonly string[];
  /**
   * Shows it, and says what was seen.
   *
   * @throws {Error} Where something else was seen.
   */
  run(proving: Given): Promise<string>;
};

/** A claim that does not hold, or cannot be shown. */
export class NotSeenError extends Error {
  override readonly name = "NotSeenError";
}

/** The JSON objects that a command printed, a line each. @throws {NotSeenError} Where it ended otherwise than it should. */
export function objectsOf({ code, stdout, stderr }: Ran, expected = 0): readonly Readonly<Record<string, unknown>>[] {
  if (code !== expected) throw new NotSeenError(`it ended with ${code}: ${lastLine(stderr) || lastLine(stdout)}`);
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

/** @throws {NotSeenError} Where a program failed. */
export function succeeded({ code, stdout, stderr }: Ran): string {
  if (code === 0) return `${stdout}\n${stderr}`;
  throw new NotSeenError(`it ended with ${code}: ${lastLine(stderr) || lastLine(stdout)}`);
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
