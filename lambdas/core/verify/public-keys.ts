import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";

/** The algorithm of a key pair: RSA with PKCS#1 v1.5, or ECDSA on P-256 with r and s concatenated, as in JOSE. */
type KeyAlgorithm = "rsa-sha1" | "rsa-sha256" | "es256";

/** A published key. */
export type PublicKey = { readonly kind: "rsa" | "p256"; readonly key: KeyObject };

const hashes = { "rsa-sha1": "sha1", "rsa-sha256": "sha256", es256: "sha256" } as const;

/**
 * The key in a PEM text: SPKI, or an X.509 certificate. Undefined where it is neither a public RSA key of at least 2048 bits
 * nor a key on P-256. A certificate's issuer and dates are not checked: the address that it was fetched from is trusted.
 */
export function keyFromPem(pem: string): PublicKey | undefined {
  // A private key has a public half, too, and no provider publishes one.
  if (!/^\s*-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----/.test(pem)) return undefined;
  return keyFrom(() => createPublicKey(pem));
}

/** The key in a JSON Web Key, under the same rule. */
export function keyFromJwk(jwk: Readonly<Record<string, unknown>>): PublicKey | undefined {
  const names = ["kty", "n", "e", "crv", "x", "y"] as const;
  // The public members alone.
  const key: JsonWebKey = Object.fromEntries(names.flatMap((name) => (name in jwk ? [[name, jwk[name]]] : [])));
  return keyFrom(() => createPublicKey({ key, format: "jwk" }));
}

function keyFrom(read: () => KeyObject): PublicKey | undefined {
  try {
    const key = read();
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const bits = details?.modulusLength ?? 0;
    if (type === "rsa" && bits >= 2048 && bits <= 8192) return { kind: "rsa", key };
    // Node's name of P-256.
    return type === "ec" && details?.namedCurve === "prime256v1" ? { kind: "p256", key } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the key signed the bytes. No sent value makes it throw. */
export function isSignedByKey(
  { kind, key }: PublicKey,
  algorithm: KeyAlgorithm,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (kind !== (algorithm === "es256" ? "p256" : "rsa")) return false;
  try {
    return verify(hashes[algorithm], content, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

/**
 * Signs bytes as a provider would.
 *
 * @param privateKey Base64 of PKCS#8 DER.
 * @throws {TypeError} When it is no such key.
 */
export function signWithKey(privateKey: string, algorithm: KeyAlgorithm, content: Uint8Array): Uint8Array {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: privateKey, format: "der", type: "pkcs8", encoding: "base64" });
  } catch (cause) {
    throw new TypeError("Cannot sign delivery: the secret is no private key in base64 of PKCS#8", { cause });
  }
  return sign(hashes[algorithm], content, { key, dsaEncoding: "ieee-p1363" });
}

/** A fresh key pair: the private key in base64 of PKCS#8, the public one as PEM and as JSON Web Key. */
export function newKeyPair(kind: PublicKey["kind"]): {
  readonly privateKey: string;
  readonly pem: string;
  readonly jwk: Readonly<Record<string, unknown>>;
} {
  const pair =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privateKey: pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
    pem: String(pair.publicKey.export({ format: "pem", type: "spki" })),
    jwk: { ...pair.publicKey.export({ format: "jwk" }) },
  };
}

/** Random bytes in hex. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** SHA-1 in hex, for the one provider that makes a key with it. */
export function sha1Hex(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
