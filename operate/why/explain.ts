import { defined } from "../../lambdas/core/bytes/defined.ts";
import { answer } from "../../lambdas/core/outcome.ts";
import type { Fetch } from "../../lambdas/core/provider.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import type { Attempt, Cause, Change } from "./attempt.ts";
import { bodyChanges } from "./body-changes.ts";
import { headerChanges } from "./header-changes.ts";
import { secretChanges } from "./secret-changes.ts";
import { urlChanges } from "./url-changes.ts";

/** Why a delivery was refused, as far as it can be found. It holds no secret and no expected signature. */
type Explanation = {
  readonly verdict: string;
  /** The fault, for a program; `clock` is a right signature at a wrong time. */
  readonly causes: readonly (Cause | "clock" | "none found")[];
  /** The fault and its remedy, for a person. */
  readonly lines: readonly string[];
};

/** Secrets of others, by whom they are of: a delivery may have come to the wrong source. */
export type OtherSecrets = Readonly<Record<string, readonly string[]>>;

const advice: Readonly<Record<Cause, string>> = {
  "secret-in-other-form": "Write the secret down in the form that the provider gives out.",
  "secret-with-surroundings": "Write the secret down alone, without anything around it.",
  "secret-of-another": "The provider posts to the wrong source, or the secrets were mixed up.",
  "body-written-again": "Something on the way parsed the body and wrote it again: hand on the bytes as they came.",
  "body-ends-differently": "Something on the way changed the body, or it was not saved as it came.",
  "body-in-another-character-set": "Something on the way decoded the body as text: hand on the bytes as they came.",
  "signature-without-prefix": "Something on the way cut the header: hand it on as it came.",
  "signature-in-other-form": "Something on the way rewrote the header, or the sender does not write it as documented.",
  "signature-in-another-header": "Something on the way renamed the header, or the sender uses another one.",
  "another-url": "Configure the URL letter by letter as it is registered with the provider (infra/config.ts, sources).",
  "another-provider": "Map the source to that provider (infra/config.ts, sources), or change how the provider signs.",
};

/** The things that are tried in search of a cause. */
const subjects: Readonly<Record<Cause, string>> = {
  "secret-in-other-form": "other forms of the secret",
  "secret-with-surroundings": "the secret without its surroundings",
  "secret-of-another": "the secrets of other sources",
  "body-written-again": "the JSON of the body written in other ways",
  "body-ends-differently": "other ends of lines and of the body",
  "body-in-another-character-set": "the body in other character sets",
  "signature-without-prefix": "the signature's header with its prefix",
  "signature-in-other-form": "other forms of the signature's header",
  "signature-in-another-header": "the values of the other headers",
  "another-url": "other spellings of the URL",
  "another-provider": "the other schemes of this provider",
};

/**
 * Says why a delivery is refused: each thing that may have gone wrong is undone alone, until the signature is right. Two
 * at a time are not tried, nor other senders' ways to sign: what is right by chance would mislead.
 *
 * @example
 * ```ts
 * import { explain } from "./explain.ts";
 * import { github } from "../../lambdas/providers/github.ts";
 * import { match } from "node:assert/strict";
 *
 * const delivery = { method: "POST", url: "/github", headers: new Headers(), body: new Uint8Array() };
 * const { lines } = await explain({ provider: github, secrets: ["secret"], delivery }, { now: new Date() });
 * match(lines.join(), /x-hub-signature-256/);
 * ```
 */
export async function explain(
  attempt: Attempt,
  options: { readonly now: Date; readonly fetch?: Fetch; readonly others?: OtherSecrets },
): Promise<Explanation> {
  const { now, fetch } = options;
  const check = async ({ delivery, ...given }: Attempt) => {
    const result = await verify(delivery, { ...given, now, ...defined({ fetch }) });
    return result.kind === "verified" ? { reason: "verified", message: "" } : told(result);
  };
  const given = await check(attempt);
  if (given.reason === "verified") return { verdict: "verified", causes: [], lines: ["It is rightly signed."] };
  const verdict = given.reason;
  if (isSigned(given.reason)) return { verdict, causes: ["clock"], lines: clockLines(given.message) };

  const changes = changesOf(attempt, options.others ?? {});
  for (const change of changes) {
    const result = await check(change.attempt);
    if (!isSigned(result.reason)) continue;
    const late = result.reason === "verified" ? [] : clockLines(result.message);
    return {
      verdict,
      causes: [change.cause, ...(late.length > 0 ? (["clock"] as const) : [])],
      lines: [given.message, `The signature is right ${change.says}.`, advice[change.cause], ...late],
    };
  }
  return { verdict, causes: ["none found"], lines: noCause(given.message, changes) };
}

/** A right signature at a wrong time counts as right while the fault of the signature is searched. */
function isSigned(reason: string): boolean {
  return reason === "verified" || reason === "timestamp-outside-window";
}

function told(result: Parameters<typeof answer>[0]): { readonly reason: string; readonly message: string } {
  const { error, message } = JSON.parse(answer(result).body ?? "{}");
  return { reason: String(error), message: String(message) };
}

function clockLines(message: string): readonly string[] {
  return [
    `The signature is right, but it is too late or too early. ${message}.`,
    "Is your clock right? A delivery that was kept and is sent again later is refused for good: have it sent anew.",
  ];
}

/** Claims no more than was tried. */
function noCause(message: string, changes: readonly Change[]): readonly string[] {
  const tried = [...new Set(changes.map(({ cause }) => subjects[cause]))];
  return [
    message,
    `No cause was found. ${tried.length === 0 ? "Nothing could be tried." : `Tried, one at a time: ${tried.join(", ")}.`}`,
    "Not tried: a secret that was not given, other changes of the body, and two changes at once.",
  ];
}

function changesOf(attempt: Attempt, others: OtherSecrets): readonly Change[] {
  const foreign = Object.entries(others).map(([whose, secrets]) => ({
    cause: "secret-of-another" as const,
    says: `for the secret of ${whose}`,
    attempt: { ...attempt, secrets },
  }));
  return [
    ...secretChanges(attempt),
    ...bodyChanges(attempt),
    ...headerChanges(attempt),
    ...urlChanges(attempt),
    ...foreign,
    ...siblingChanges(attempt),
  ];
}

/** The other ways in which this sender signs. */
function siblingChanges(attempt: Attempt): readonly Change[] {
  return (attempt.provider.siblings ?? []).flatMap(({ provider: name }) => {
    const provider = providers[name];
    if (provider === undefined) return [];
    return [{ cause: "another-provider", says: `as ${provider.title} signs`, attempt: { ...attempt, provider } }];
  });
}
