import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../../lambdas/core/provider.ts";

/** How an event file names the type of its payload: an import or a type of its own, and the name. */
export type PayloadType = { readonly declared: string; readonly name: string };

/** Where a provider publishes its payload types, and the names that it gives them there. */
type Published = {
  readonly package: string;
  /** The imported name, of a type's own name. */
  readonly imported: (typeName: string) => string;
  /** The payload's type, of a type's own name. */
  readonly payload: (typeName: string) => string;
};

/**
 * By provider.
 *
 * @see https://www.npmjs.com/package/@octokit/webhooks-types (2026-11)
 * @see https://github.com/stripe/stripe-node#usage-with-typescript (2026-11)
 * @see https://docs.slack.dev/tools/node-slack-sdk/reference/types/interfaces/FileSharedEvent (2026-11)
 */
const published: Readonly<Record<string, Published>> = {
  github: { package: "@octokit/webhooks-types", imported: (name) => `{ ${name} }`, payload: (name) => name },
  stripe: { package: "stripe", imported: () => "Stripe", payload: (name) => `Stripe.${name}` },
  slack: {
    package: "@slack/types",
    imported: (name) => `{ ${name} }`,
    payload: (name) => `{ readonly event: ${name} }`,
  },
};

/**
 * The type that a provider publishes for the payload of an event type, or undefined where its package is not installed
 * in the project, or has none.
 */
export function publishedType(root: string, { name: provider }: Provider, type: string): PayloadType | undefined {
  const from = Object.hasOwn(published, provider) ? published[provider] : undefined;
  if (from === undefined) return undefined;
  const folder = join(root, "node_modules", from.package);
  const typeName = `${type.replaceAll(/(?:^|[._/-])([a-z])/g, (_, first: string) => first.toUpperCase())}Event`;
  if (!/^[A-Z]\w*$/.test(typeName) || !declares(folder, typeName)) return undefined;
  return {
    declared: `import type ${from.imported(typeName)} from "${from.package}";`,
    name: from.payload(typeName),
  };
}

function declares(folder: string, typeName: string): boolean {
  if (!existsSync(folder)) return false;
  const declaration = new RegExp(`\\b(?:interface|type) ${typeName}\\b`);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.d\.[cm]?ts$/.test(file))
    .some((file) => declaration.test(readFileSync(join(folder, file), "utf8")));
}

/** A type of the fields that a sample has; undefined: of one that is not JSON. */
export function typeOfSample(sample: unknown): PayloadType {
  if (sample === undefined) {
    return {
      declared: "/** The sample is no JSON: event.body has its bytes. */\ntype Payload = unknown;",
      name: "Payload",
    };
  }
  const declared = `/** The fields of the sample. The provider may leave some out, and sends more: check before you act. */
type Payload = ${typeOf(sample, "")};`;
  return { declared, name: "Payload" };
}

function typeOf(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `readonly ${typeOf(value[0], indent)}[]`;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return typeof value;
  if (typeof value !== "object" || value === null) return "unknown";
  const fields = Object.entries(value);
  if (fields.length === 0) return "Readonly<Record<string, unknown>>";
  const lines = fields.map(([name, field]) => `${indent}  readonly ${keyOf(name)}: ${typeOf(field, `${indent}  `)};\n`);
  return `{\n${lines.join("")}${indent}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
