import type { KeyForm } from "../../lambdas/core/provider.ts";
import type { Attempt, Cause, Change } from "./attempt.ts";

const forms: Readonly<Record<KeyForm, string>> = {
  utf8: "as the text that it is",
  "utf8-nfkd": "as the text that it is, normalised to NFKD",
  hex: "as hex",
  base64: "as base64",
  whsec: "as base64 behind whsec_",
  "spki-base64": "as a public key in base64",
};

/** The secrets as they may have been meant. */
export function secretChanges(attempt: Attempt): readonly Change[] {
  return [...writtenOtherwise(attempt), ...takenOtherwise(attempt)];
}

function writtenOtherwise(attempt: Attempt): readonly Change[] {
  const changed = (cause: Cause, says: string, change: (secret: string) => string | undefined): readonly Change[] => {
    const secrets = attempt.secrets.map((secret) => change(secret) ?? secret);
    const isSame = secrets.every((secret, index) => secret === attempt.secrets[index]);
    return isSame ? [] : [{ cause, says, attempt: { ...attempt, secrets } }];
  };
  return [
    ...changed("secret-with-surroundings", "without the spaces and line breaks around the secret", (secret) =>
      secret.trim(),
    ),
    ...changed("secret-with-surroundings", "without the quotes around the secret", (secret) =>
      secret.trim().replace(/^(["'`])(.*)\1$/s, "$2"),
    ),
    ...changed(
      "secret-with-surroundings",
      "for the value inside of the JSON that is stored as the secret",
      valueInside,
    ),
    ...changed("secret-with-surroundings", 'for what stands behind the "=" in the secret', (secret) =>
      secret.trim().replace(/^[A-Za-z_]+=(?=.)/, ""),
    ),
    ...changed("secret-in-other-form", "with whsec_ before the secret", (secret) =>
      secret.startsWith("whsec_") ? undefined : `whsec_${secret}`,
    ),
    ...changed("secret-in-other-form", "without whsec_ before the secret", (secret) => secret.replace(/^whsec_/, "")),
  ];
}

/** The console of Secrets Manager stores key/value pairs as JSON. */
function valueInside(secret: string): string | undefined {
  try {
    const json: unknown = JSON.parse(secret);
    if (typeof json !== "object" || json === null) return undefined;
    const values = Object.values(json).filter((value) => typeof value === "string");
    return values.length === 1 ? values[0] : undefined;
  } catch {
    return undefined;
  }
}

function takenOtherwise(attempt: Attempt): readonly Change[] {
  const { provider } = attempt;
  const scheme = provider.verification;
  if (typeof scheme !== "object" || !scheme.algorithm.startsWith("hmac")) return [];
  const meant = [scheme.key].flat();
  const others = (Object.keys(forms) as KeyForm[]).filter((form) => !meant.includes(form) && form !== "spki-base64");
  return others.map((key) => ({
    cause: "secret-in-other-form",
    says: `with the secret taken ${forms[key]}, where ${provider.title} means it ${meant.map((form) => forms[form]).join(", or ")}`,
    attempt: { ...attempt, provider: { ...provider, verification: { ...scheme, key } } },
  }));
}
