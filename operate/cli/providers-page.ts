import { writeFileSync } from "node:fs";
import type { Provider, Scheme } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { page as identitiesAt, identitiesPage } from "./identities-page.ts";
import { anchor, type ProviderDocs, readProviderDocs } from "./provider-docs.ts";

/** Where the page is. */
export const page: URL = new URL("../../docs/providers.md", import.meta.url);

/**
 * `docs/providers.md`: a table of every provider that comes with Hookline, then what its file says of it.
 *
 * @throws {TypeError} When a provider's file does not document it.
 */
export function providersPage(): string {
  const all = Object.values(providers).map((provider) => ({ provider, docs: readProviderDocs(provider.name) }));
  const sorted = all.toSorted((a, b) => a.provider.title.localeCompare(b.provider.title, "en"));
  const rows = sorted.map(({ provider, docs }) => `| ${cells(provider, docs).join(" | ")} |`);
  return [
    "# Providers",
    "",
    `${sorted.length} providers, each one file in \`lambdas/providers\`. \`npm run providers\` makes this page from the`,
    "files. A source is named after its provider (`lambdas/events/stripe/…`), or mapped to it in",
    "`infra/config.ts`. *Answered within* is the time that the provider waits, *retries for* the time for which it retries.",
    "",
    "| Provider | Name | Signature | Signed content | Window | One event is | Payload covered | Answered within | Retries for |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    ...sorted.flatMap(({ provider, docs }) => section(provider, docs)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function cells(provider: Provider, docs: ProviderDocs): readonly string[] {
  const { name, title, verification, coversBody, identity, answerWithinSeconds, retryHours } = provider;
  const scheme = typeof verification === "object" ? verification : undefined;
  return [
    `[${title}](#${anchor(title)})`,
    `\`${name}\``,
    ...(scheme === undefined ? [escaped(firstSentence(docs)), "in code", "see below"] : schemeCells(scheme)),
    { id: "its id", "id+body": "its id and bytes", body: "its bytes", delivery: "each delivery" }[identity],
    coversBody ? "yes" : "**no**",
    `${answerWithinSeconds} s`,
    duration(retryHours),
  ];
}

const algorithms: Readonly<Record<Scheme["algorithm"], string>> = {
  "hmac-sha256": "HMAC-SHA256",
  "hmac-sha1": "HMAC-SHA1",
  ed25519: "Ed25519",
  "ecdsa-p256-sha256": "ECDSA P-256",
  token: "static token",
};

function schemeCells(scheme: Scheme): readonly string[] {
  const values = "header" in scheme.signature ? [scheme.signature] : scheme.signature;
  const headers = values.map(({ header, take = "" }) => `\`${header}: ${take}…\``).join(", ");
  const encoding = scheme.encoding === "text" ? "" : `, ${scheme.encoding}`;
  const signed = scheme.signed.map((part) => (typeof part === "object" ? part.text : `{${part}}`)).join("");
  return [
    `${algorithms[scheme.algorithm]}${encoding} in ${headers}`,
    signed === "" ? "nothing" : `\`${signed.replaceAll("|", "\\|")}\``,
    scheme.timestamp === undefined ? "none" : `± ${scheme.timestamp.toleranceSeconds} s`,
  ];
}

/** Up to the first full stop that is not within code. */
function firstSentence({ bullets }: ProviderDocs): string {
  return /^(?:`[^`]*`|[^`])*?\.(?=\s|$)/.exec(bullets.get("Signed") ?? "")?.[0] ?? "";
}

function escaped(markdown: string): string {
  return markdown.replaceAll("|", "\\|");
}

function duration(hours: number): string {
  if (hours === 0) return "never";
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

function section(provider: Provider, docs: ProviderDocs): readonly string[] {
  const { title, name } = provider;
  return [
    `## ${title}`,
    "",
    `\`${name}\`: ${docs.lead}`,
    "",
    ...Array.from(docs.bullets, ([label, text]) => `- **${label}**: ${text}`),
    ...(docs.unverified === undefined ? [] : ["", `Unverified: ${docs.unverified}`]),
    ...(docs.sources.length === 0
      ? []
      : ["", `Sources: ${docs.sources.map(({ url, read }) => `<${url}> (${read})`).join(", ")}`]),
    "",
  ];
}

if (import.meta.main) {
  writeFileSync(page, providersPage());
  writeFileSync(identitiesAt, identitiesPage());
}
