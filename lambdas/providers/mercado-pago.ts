import { at, parseJson } from "../core/events/fields.ts";
import { headerTexts } from "../core/events/sent-headers.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type Provider,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkSignatures } from "../core/verify/match-signatures.ts";
import { signatureText } from "../core/verify/signature.ts";
import { timeText } from "../core/verify/timestamp.ts";

const utf8 = new TextEncoder();
const header = "x-signature";
const form = { algorithm: "hmac-sha256", key: "utf8", encoding: "hex" } as const;

/**
 * Mercado Pago.
 *
 * - **Secret**: Your integrations → the application → Webhooks → Secret signature. The whole text is the key.
 * - **Signed**: HMAC-SHA256 of `id:<data.id>;request-id:<x-request-id>;ts:<ts>;`, in hex in `x-signature: ts=…,v1=…`.
 *   `data.id` is the value in the query of the URL: as sent, as all SDKs have it since June 2026, or in lower case, as
 *   the documentation has it; either counts. An absent value is left out. Notices of QR codes are not signed, and are
 *   refused. The SDK checks no age unless asked to, sources differ on the unit of `ts`, and whether a retry is signed
 *   anew is not documented: no window here, so that none is lost. A captured delivery can be sent again.
 * - **Id and type**: `/id` and `/type` of the body (`/topic` in older ones, which may name a `/resource` and have no
 *   id), finer by its `action` (`payment.updated`). Neither
 *   is protected, so the identity takes the body in.
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event, with others it runs again.
 * - **Patience**: 22 s. Retries every 15 minutes at first, then at growing gaps; 4 days are assumed.
 * - **Not covered**: the body. Ask the API for `data.id` before you act.
 *
 * Unverified: the 22 s and the retries.
 *
 * @see https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks (2026-11)
 * @see https://www.npmjs.com/package/mercadopago (2026-11)
 * @see https://github.com/mercadopago/sdk-nodejs/pull/439 (2026-11)
 */
export const mercadoPago: Provider = defineProvider({
  name: "mercado-pago",
  title: "Mercado Pago",
  coversBody: false,
  answerWithinSeconds: 22,
  retryHours: 96,
  identity: "id+body",
  verification: verifyManifest,
  sign: signManifest,
  events: {
    id: { json: "/id" },
    type: { json: ["/type", "/topic"] },
    subtype: { json: "/action" },
    livemode: { json: "/live_mode" },
  },
  // A delivery that still has a topic names a resource instead.
  lacks: (_, { read }) => (at(read().json, "/resource") === undefined ? [] : ["id"]),
});

async function verifyManifest(
  { headers, url }: Delivery,
  { secrets }: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  const [time = "", ...more] = headerTexts(headers, { header, split: ",", take: "ts=" }) ?? [];
  const texts = manifests(url, headers, time);
  const signatures = headerTexts(headers, { header, split: ",", take: "v1=" });
  // Without a manifest there is nothing that a signature could be of; secrets are looked at first all the same.
  const checks = (texts ?? [""]).map((text) =>
    checkSignatures(form, { secrets, parts: [utf8.encode(text)], signatures, where: `header "${header}"` }),
  );
  const signed =
    checks.find(({ kind }) => kind !== "refused") ?? checks[0] ?? refused("signature-wrong", "no manifest");
  if (signed.kind === "unavailable") return signed;
  if (texts === undefined) return refused("signature-malformed", "data.id or x-request-id is none of Mercado Pago's");
  if (signed.kind === "signed" && (more.length > 0 || !/^\d{1,15}$/.test(time))) {
    return refused("timestamp-malformed", `header "${header}" holds no time of digits, or several`);
  }
  return signed;
}

/** The texts that may be signed: with `data.id` as sent, and in lower case. Undefined where a part could be read as two. */
function manifests(url: string, headers: Headers, time: string): readonly [string, string] | undefined {
  const ids = new URLSearchParams(url.replace(/^[^?]*\??/s, "").replace(/#.*$/s, "")).getAll("data.id");
  const requestId = headers.get("x-request-id") ?? "";
  const [id = "", ...more] = ids;
  if (more.length > 0 || /;/.test(id + requestId)) return undefined;
  const rest = `${requestId === "" ? "" : `request-id:${requestId};`}ts:${time};`;
  const text = (written: string) => `${written === "" ? "" : `id:${written};`}${rest}`;
  return [text(id), text(id.toLowerCase())];
}

async function signManifest(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const json = parseJson(delivery.body);
  const [id, type] = [at(json, "/data/id"), at(json, "/type")].map((value) => encodeURIComponent(String(value ?? "")));
  const url = delivery.url.includes("?") ? delivery.url : `${delivery.url}?data.id=${id}&type=${type}`;
  const headers = new Headers(delivery.headers);
  if (!headers.has("x-request-id")) headers.set("x-request-id", crypto.randomUUID());
  const time = timeText("seconds", now);
  const [text] = manifests(url, headers, time) ?? [];
  if (text === undefined) throw new TypeError('Cannot sign delivery: data.id or x-request-id holds a ";"');
  headers.set(header, `ts=${time},v1=${signatureText(secret, form, [utf8.encode(text)])}`);
  return { ...delivery, url, headers };
}
