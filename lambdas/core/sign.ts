import type { Delivery, HeaderValue, Provider, Scheme } from "./provider.ts";
import { signatureText } from "./signature.ts";
import { partBytes } from "./verify.ts";

/**
 * Signs a delivery as its provider would: for tests, for `send`, and for replaying into a stage.
 *
 * The delivery keeps its other headers and its bytes. The id, where the scheme signs one, must be in its header.
 *
 * @param options.secret The provider's secret; for Ed25519 and ECDSA the private key, base64 of PKCS#8 DER.
 * @throws {TypeError} When the provider has no scheme, the secret not its form, or a signed part is missing.
 */
export async function sign(
  delivery: Delivery,
  options: { readonly provider: Provider; readonly secret: string; readonly now: Date; readonly url?: string },
): Promise<Delivery> {
  const { provider, secret, now } = options;
  const scheme = provider.verification;
  if (typeof scheme !== "object")
    throw new TypeError(`Cannot sign delivery: provider "${provider.name}" has no scheme`);
  const time =
    scheme.timestamp !== undefined && "header" in scheme.timestamp ? timeText(scheme.timestamp.unit, now) : undefined;
  const parts = scheme.signed.map((part) => {
    const bytes = partBytes(part, delivery, options, time);
    if (bytes === undefined) throw new TypeError(`Cannot sign delivery: ${JSON.stringify(part)} is not in the request`);
    return bytes;
  });
  const headers = new Headers(delivery.headers);
  for (const [header, value] of Object.entries(scheme.fixed ?? {})) headers.set(header, value);
  if (time !== undefined && scheme.timestamp !== undefined && "header" in scheme.timestamp) {
    write(headers, scheme.timestamp, time);
  }
  write(headers, firstSignature(scheme), signatureText(secret, scheme, parts));
  return { ...delivery, headers };
}

function firstSignature(scheme: Scheme): HeaderValue {
  const value = "header" in scheme.signature ? scheme.signature : scheme.signature[0];
  if (value === undefined) throw new TypeError("Cannot sign delivery: the scheme names no signature header");
  return value;
}

/** Several values may share a header (`t=…,v1=…`): what stands there already stays in front. */
function write(headers: Headers, value: HeaderValue, text: string): void {
  const before = value.split === undefined ? null : headers.get(value.header);
  const piece = `${value.take ?? ""}${text}`;
  headers.set(value.header, before === null ? piece : `${before}${value.split}${piece}`);
}

function timeText(unit: "seconds" | "milliseconds" | "iso", now: Date): string {
  if (unit === "iso") return now.toISOString();
  return String(unit === "seconds" ? Math.floor(now.getTime() / 1000) : now.getTime());
}
