import type { OnRefused } from "./entrances/refusals.ts";
import type { LocalLine } from "./lines.ts";
import type { RunEvent } from "./synth/run-synth.ts";

export type RunOptions = {
  /** The cloud assembly, and the stack in it that is run. */
  readonly assembly: string;
  readonly stack: string;
  readonly stage: string;
  readonly events: readonly RunEvent[];
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  /** The port of the function URL; 0 or absent: any. The API takes the next free one. */
  readonly port?: number;
  /** Where tables, queues and bodies are kept; absent: in memory. One run at a time, which nothing enforces here. */
  readonly directory?: string;
  /** Where secrets are kept; absent: in memory. */
  readonly secretsDirectory?: string;
  /** Retries failed events within seconds instead of minutes. Defaults to false. */
  readonly fastRetries?: boolean;
  /** Explains each refusal. Defaults to no explanation. */
  readonly onRefused?: OnRefused;
  readonly log: (report: LocalLine) => void;
};
