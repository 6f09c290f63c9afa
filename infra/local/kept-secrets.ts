import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type SecretVersion = {
  readonly id: string;
  readonly value: string;
  readonly createdSeconds: number;
  readonly stages: Set<string>;
};

export type Secret = {
  readonly name: string;
  readonly arn: string;
  readonly createdSeconds: number;
  readonly versions: Map<string, SecretVersion>;
};

/** The secrets of a Secrets Manager, by name; `save` writes them down where a directory was given. */
export type KeptSecrets = { readonly secrets: Map<string, Secret>; save(): void };

/** Reads what was kept in a directory, if any. Its one file is readable by its owner alone. */
export function keepSecrets(directory: string | undefined): KeptSecrets {
  if (directory === undefined) return { secrets: new Map(), save() {} };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "secrets.json");
  const secrets = new Map<string, Secret>(existsSync(path) ? JSON.parse(readFileSync(path, "utf8"), revive) : []);
  return {
    secrets,
    save() {
      rmSync(`${path}.new`, { force: true });
      writeFileSync(`${path}.new`, JSON.stringify([...secrets], replace), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function replace(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

function revive(name: string, value: unknown): unknown {
  if (name === "versions") return new Map(value as [string, SecretVersion][]);
  return name === "stages" ? new Set(value as string[]) : value;
}
