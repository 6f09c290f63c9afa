import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Provider, SampleSecret } from "../../lambdas/core/provider.ts";

/** A fresh secret in the format that the provider issues; with the signing half where the two differ. */
export function newSecret(provider: Provider): SampleSecret {
  if (provider.sampleSecret !== undefined) return provider.sampleSecret();
  const scheme = provider.verification;
  if (typeof scheme !== "object") return { secret: randomBytes(24).toString("hex") };
  if (scheme.algorithm === "ed25519" || scheme.algorithm === "ecdsa-p256-sha256") {
    const { publicKey, privateKey } =
      scheme.algorithm === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = publicKey.export({ format: "der", type: "spki" });
    const signingSecret = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    return {
      secret: scheme.key === "hex" ? spki.subarray(-32).toString("hex") : spki.toString("base64"),
      signingSecret,
    };
  }
  const bytes = randomBytes(24);
  const [form] = [scheme.key].flat();
  if (form === "whsec") return { secret: `whsec_${bytes.toString("base64")}` };
  return { secret: bytes.toString(form === "base64" ? "base64" : "hex") };
}
