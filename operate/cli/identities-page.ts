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
    "For each provider, this page says how an event is known, for how long, and whether a retry is the same event. *Unknown*",
    "means that no page documents it. Hookline then takes the safer choice, a second run rather than none. Two vectors in",
    "`test/providers/identities` show each row: two events that are nearly alike, and a retry. `npm run providers` makes this",
    "page from the files in `lambdas/providers`. [Keys](keys.md) describes how an identity is written.",
    "",
    "- *Its id*: the field that the provider's section in [providers](providers.md) names. *Signed type*: the provider's own",
    "  name for the type (`payments`, not `payments.confirmed`), where the signature covers it, since events of several",
    "  types may share an id. *Bytes*: the bytes of the event. An event whose bytes change under one id runs again.",
    "  Where only an unsigned header says an id or a type that the body should say, its bytes join its id.",
    "- *Known for*: the time from the event's arrival in which a repeat is a duplicate, wherever a period of the key ends.",
    "- Hookline cannot tell apart two equal items without ids in one delivery, and the same items in a delivery each.",
    "",
    "| Provider | One event is | Known for | A retry is | Why, and the fields that change | Sources |",
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
    sentence(why).replaceAll("|", "\\|"),
    sources.map(({ url, read }) => `<${url}> (${read})`).join(", "),
  ];
}

/** With a capital letter, unless it begins with code. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
