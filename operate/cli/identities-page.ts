import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { anchor, type ProviderDocs, readProviderDocs } from "./provider-docs.ts";

/** Where the page is. */
export const page: URL = new URL("../../docs/identities.md", import.meta.url);

/**
 * `docs/identities.md`: what makes two deliveries of each provider one event, as its file says.
 *
 * @throws {TypeError} When a provider's file does not say what a retry is.
 */
export function identitiesPage(): string {
  const sorted = Object.values(providers).toSorted((a, b) => a.title.localeCompare(b.title, "en"));
  return [
    "# What makes two deliveries one event",
    "",
    "For each provider: what its events are known by, for how long, whether a retry is the same event, and what a retry",
    "changes. *Unknown* means that no page says it; the safer choice is taken then, a second run rather than none. Each row",
    "is shown by two vectors in `test/providers/identities`: two events that are nearly alike, and a retry. This page is made",
    "of the files in `lambdas/providers` by `npm run providers`; [keys](keys.md) says what they become.",
    "",
    "- *Its id*: the field that the provider's entry in [providers](providers.md) names. *Signed type*: what the provider",
    "  calls the type (`payments`, not `payments.confirmed`), where the signature covers it: one id may be one of several",
    "  kinds. *Bytes*: those of the event; a provider that changes them under one id has it run again.",
    "- *Known for*: from when the event came. A repeat within that time is a duplicate, wherever a period of the key ends.",
    "- Not told apart: a delivery of two equal items without ids, whose items come again in a delivery each.",
    "",
    "| Provider | One event is | Known for | A retry is | Why, and what it changes | Addresses |",
    "|---|---|---|---|---|---|",
    ...sorted.map((provider) => `| ${cells(provider, readProviderDocs(provider.name)).join(" | ")} |`),
    "",
  ].join("\n");
}

function cells(provider: Provider, { bullets, sources }: ProviderDocs): readonly string[] {
  const [, verdict = "", why = ""] =
    /^(the same event|another event|unknown)[:,]? ?(.*)$/s.exec(bullets.get("Retry") ?? "") ?? [];
  if (verdict === "") {
    throw new TypeError(
      `Cannot read the documentation in lambdas/providers/${provider.name}.ts: **Retry** must begin with "the same event", "another event" or "unknown"`,
    );
  }
  return [
    `[${provider.title}](providers.md#${anchor(provider.title)})`,
    eventIs(provider),
    known(provider),
    verdict,
    why.replaceAll("|", "\\|"),
    sources.map(({ url, read }) => `<${url}> (${read})`).join(", "),
  ];
}

function eventIs({ identity, coversBody }: Provider): string {
  // A type that nobody signs is no part of a key.
  if (identity === "id") return coversBody ? "its id and signed type" : "its id";
  return { "id+body": "its id and bytes", body: "its bytes", delivery: "each delivery" }[identity];
}

/** How long an id is known; bytes alone, for as long as retries take. */
function known({ identity, retryHours }: Provider): string {
  if (identity === "delivery") return "not at all";
  const text = (hours: number) => (hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`);
  const bytes = text(Math.max(retryHours, 1));
  return identity === "body" ? bytes : `${text(Math.max(retryHours, 168))}; without an id ${bytes}`;
}
