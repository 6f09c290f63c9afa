import { createHash } from "node:crypto";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { type Attempt, createReceiver, type Log } from "@hookline/hookline";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";

const { DATABASE = ":memory:", GITHUB_SECRET = "" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const write = (text: string, fields: object = {}) => console.log(`${text} ${JSON.stringify(fields)}`);

export const log: Log = ({ level, kind, ...fields }) => level !== "debug" && write(kind, fields);

/** Says that it runs, and over which bytes; the type `slow` takes two seconds. */
async function run({ event: { id, type, body } }: Attempt<unknown>): Promise<void> {
  write("runs", { id, bytes: createHash("sha256").update(body).digest("hex") });
  if (type === "slow") await new Promise((resolve) => setTimeout(resolve, 2000));
}

const createAt = (basePath: string) =>
  createReceiver({
    basePath,
    bodyLimitBytes: 10_000,
    sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
    handlers: { push: run, slow: run },
    processing,
    log,
  });

/** What every host is tried with. */
export const receive = createAt("/suite/hooks");
/** The same where something has read the body before. */
export const receiveParsed = createAt("/parsed");
