import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./whole-file.ts";

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

/**
 * The secrets of a Secrets Manager, by name; `save` writes them down where a directory was given. Where it cannot, as on
 * a full disk, it throws, and they are again what they were when they were saved last.
 */
export type KeptSecrets = { readonly secrets: Map<string, Secret>; save(): void };

/** Reads what was kept in a directory, if any. Its one file is readable by its owner alone. */
export function keepSecrets(directory: string | undefined): KeptSecrets {
  if (directory === undefined) return { secrets: new Map(), save() {} };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "secrets.json");
  let saved = existsSync(path) ? readFileSync(path, "utf8") : "[]";
  const secrets = read(saved);
  return {
    secrets,
    save() {
      const text = JSON.stringify([...secrets], replace);
      try {
        writeWhole(path, text);
        saved = text;
      } catch (error) {
        secrets.clear();
        for (const [name, secret] of read(saved)) secrets.set(name, secret);
        throw error;
      }
    },
  };
}

function read(text: string): Map<string, Secret> {
  return new Map(JSON.parse(text, revive) as [string, Secret][]);
}

function replace(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

function revive(name: string, value: unknown): unknown {
  if (name === "versions") return new Map(value as [string, SecretVersion][]);
  return name === "stages" ? new Set(value as string[]) : value;
}
