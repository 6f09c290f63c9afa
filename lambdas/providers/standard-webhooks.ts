import { defined } from "../core/bytes/defined.ts";
import { checkOptions, foreign, listOf, number, oneOf, required, type TableOf, text } from "../core/checks/options.ts";
import { defineProvider, type EventPlaces, type KeyForm, type Provider } from "../core/provider.ts";

/** The differences between providers that follow Standard Webhooks with a symmetric secret. */
export type StandardWebhooksOptions = {
  /** Its name, which is its file's name. */
  readonly name: string;
  /** Its name for people. Defaults to the name. */
  readonly title?: string;
  /** The beginning of its three headers: `svix` of `svix-id`. Defaults to `webhook`. */
  readonly headers?: string;
  /** The form of its secret. Defaults to `whsec`. */
  readonly key?: KeyForm | readonly KeyForm[];
  /** How long it waits for an answer. Defaults to 15. */
  readonly answerWithinSeconds?: number;
  /** How long it retries. Defaults to 76. */
  readonly retryHours?: number;
  /** Where a delivery says more than its id. Defaults to the type at `/type`. */
  readonly events?: Omit<EventPlaces, "id">;
  /** The fields that events of some kinds do not have. Defaults to none. */
  readonly lacks?: readonly ("id" | "type")[];
  /** Other ways in which the same sender signs. Defaults to none. */
  readonly siblings?: NonNullable<Provider["siblings"]>;
};

const isForm = (value: unknown) =>
  ["utf8", "utf8-nfkd", "hex", "base64", "whsec", "spki-base64"].some((one) => one === value);

/** The options of `createStandardWebhooks`. */
export const standardWebhooksTable: TableOf<StandardWebhooksOptions> = {
  name: required(text),
  title: text,
  headers: text,
  key: { expected: "the form of a key, or a list of them", fits: (value) => [value].flat().every(isForm) },
  answerWithinSeconds: number(0),
  retryHours: number(0),
  events: foreign("an object of places, as defineProvider takes them"),
  lacks: listOf(oneOf("id", "type")),
  siblings: listOf(foreign("{ provider, header }")),
};

/**
 * A provider that follows Standard Webhooks with a symmetric secret.
 *
 * @throws {TypeError} When an option is missing, unknown or not what it has to be.
 * @throws {RangeError} When a number is out of its range.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11)
 *
 * @example
 * ```ts
 * import { createStandardWebhooks } from "@hookline/hookline/providers";
 *
 * export const acme = createStandardWebhooks({ name: "acme", answerWithinSeconds: 10 });
 * ```
 */
export function createStandardWebhooks(options: StandardWebhooksOptions): Provider {
  checkOptions(standardWebhooksTable, options, { doing: "create provider", tellsTexts: true });
  const { name, title = name, headers = "webhook", key = "whsec", answerWithinSeconds = 15, retryHours = 76 } = options;
  return defineProvider({
    name,
    title,
    coversBody: true,
    answerWithinSeconds,
    retryHours,
    identity: "id",
    verification: {
      algorithm: "hmac-sha256",
      key,
      signature: { header: `${headers}-signature`, split: " ", take: "v1," },
      encoding: "base64",
      signed: ["id", { text: "." }, "timestamp", { text: "." }, "body"],
      timestamp: { header: `${headers}-timestamp`, unit: "seconds", toleranceSeconds: 300 },
    },
    events: { id: { header: `${headers}-id` }, type: { json: "/type" }, ...options.events },
    ...defined({ lacks: options.lacks, siblings: options.siblings }),
  });
}

/**
 * Standard Webhooks: any provider that follows it with a symmetric secret.
 *
 * - **Secret**: where the provider shows it; `whsec_` and base64, and the key is the decoded bytes.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels (`v1a`, Ed25519) do not count. The window is 300 s on both sides.
 * - **Id and type**: `webhook-id`, which is signed and by the specification the same over retries, hence the identity;
 *   `/type` of the body, which the specification recommends and does not demand.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: 15 s, the least that the specification advises. Its example of retries ends after some 76 hours.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11)
 */
export const standardWebhooks: Provider = createStandardWebhooks({
  name: "standard-webhooks",
  title: "Standard Webhooks",
  lacks: ["type"],
});
