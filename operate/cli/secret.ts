import process from "node:process";
import { text } from "node:stream/consumers";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SecretValue } from "../../lambdas/aws/secrets/secret-value.ts";
import {
  readSecrets,
  replaceSecrets,
  type SecretPlace,
  secretIn,
  secretName,
  secretsText,
  withSecret,
  writeSecrets,
} from "../secrets/source-secret.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { checkSource, openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "secret",
  says: "adds the secret that it reads from standard input; those before it count for a day more",
  takes: [stageWord, "<source>"],
  options: {
    beside: { type: "boolean", says: "those before it count for good: test and live, or one for each endpoint" },
    "replace-now": { type: "boolean", says: "those before it count no more: one of them has leaked" },
    handshake: {
      type: "string",
      value: "10m",
      says: "lets the provider hand over a secret itself, once, for so long (1m to 1h); reads no input",
    },
    ...stageOptions,
  },
  more: [stageHelp, 'The input is the secret itself: one that begins with "{" or "[" is stored so that it works.'],
  examples: ["stripe --local < secret.txt", "prod asana --handshake 10m"],
} as const;

/** The input of `secret`. */
type SecretInput = StagePlaces & {
  /** Standard input. */
  readonly read?: () => Promise<string>;
  readonly now?: Date;
};

/**
 * Adds to the stored secrets, and drops only expired ones, and a value that is neither a secret nor a list of them, since it
 * verified nothing; with `--replace-now` all of them. Never prints a secret.
 *
 * @throws {TypeError} For arguments or a secret that cannot be.
 */
export const secret: Command<[given: SecretInput]> = command(
  help,
  async ({ values, taken: [name, given = ""], print }, { read = readInput, now = new Date(), ...places } = {}) => {
    const { beside, handshake, "replace-now": isReplaced } = values;
    if (Number(beside) + Number(isReplaced) + Number(handshake !== undefined) > 1) {
      throw usageError(help, "--beside, --replace-now and --handshake are three ways: give one");
    }
    const minutes = handshake === undefined ? undefined : minutesOf(handshake);
    const stage = await openStage(name, values, places);
    try {
      print(stage.place);
      const source = checkSource(given, stage);
      const client = stage.clients.of("secretsmanager", SecretsManagerClient);
      const place = { client, stage: stage.name, source, provider: stage.sources[source] ?? source, now };
      const before = await readSecrets(place);
      if (before.malformed) {
        print(
          "The value stored before was neither a secret nor a list of them, and never counted: it is the previous version now.",
        );
      }
      if (isReplaced) {
        const alone = await replaceSecrets(place, secretIn(await read()));
        for (const line of [held(place, alone), ...replacedLines]) print(line);
        return 0;
      }
      const added =
        minutes === undefined
          ? withSecret(before, secretIn(await read()), place, beside)
          : { secrets: before.secrets, handshakeUntil: new Date(now.getTime() + minutes * 60_000) };
      await writeSecrets(place, added);
      for (const line of [held(place, added), ...summary(added)]) print(line);
    } finally {
      stage.clients.close();
    }
    return 0;
  },
);

function minutesOf(given: string): number {
  const [, count, unit] = /^(\d{1,3})(m|h)$/.exec(given) ?? [];
  const minutes = Number(count) * (unit === "h" ? 60 : 1);
  if (minutes >= 1 && minutes <= 60) return minutes;
  throw new UsageError(`Cannot open a handshake: --handshake takes 1m to 1h, received "${given}"`);
}

const held = (place: SecretPlace, { secrets }: SecretValue) => `${secretName(place)} holds ${secretsText(secrets)}.`;

const replacedLines = [
  "Those before it count no more: a function that has one in memory takes it for 5 minutes more at most.",
  "Give the new one to the provider now: until then its deliveries are answered 401.",
];

function summary({ handshakeUntil }: SecretValue): readonly string[] {
  if (handshakeUntil !== undefined) {
    return [`Its provider may hand over a secret until ${handshakeUntil.toISOString()}.`];
  }
  return [
    "The verifier takes it at the next delivery that it signs, within 30 s at most.",
    "If you made it, give it to the provider now. If the provider made it, nothing is left to do.",
  ];
}

const readInput = () => text(process.stdin);
