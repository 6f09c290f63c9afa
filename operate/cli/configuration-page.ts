import { readFileSync, writeFileSync } from "node:fs";
import { receiverPropsTable } from "../../infra/constructs/webhook-receiver.ts";
import { sourceConfigTable, stageTable } from "../../infra/stage-options.ts";
import type { OptionTable } from "../../lambdas/core/checks/options.ts";
import { verifierTable } from "../../lambdas/core/create-verifier.ts";
import { oneSourceReceiverTable } from "../../lambdas/core/one-source.ts";
import { grantTable, processorTable } from "../../lambdas/core/processing/processor-options.ts";
import { commonTable, receiverTable, sourceTable } from "../../lambdas/core/receiver-options.ts";
import { dedupeTable } from "../../lambdas/middleware/dedupe.ts";
import { httpDeliveryTable } from "../../lambdas/middleware/http-delivery.ts";
import { genericTable } from "../../lambdas/providers/generic.ts";
import { standardWebhooksTable } from "../../lambdas/providers/standard-webhooks.ts";

/** Where the page is. */
export const page: URL = new URL("../../docs/configuration.md", import.meta.url);

/** One function's options: its table checks them, and the docstrings of its types say what they are for. */
type Section = {
  readonly title: string;
  readonly about: string;
  readonly table: OptionTable;
  readonly types: readonly (readonly [file: string, type: string])[];
};

const stage = ["infra/stage-config.ts", "StageConfig"] as const;
const admit = ["lambdas/core/source.ts", "AdmitOptions"] as const;
const receiver = "lambdas/core/receiver-options.ts";
const source = ["lambdas/core/source.ts", "Source"] as const;
const common = [receiver, "CommonOptions"] as const;
const oneSource = [source, common, ["lambdas/core/one-source.ts", "OneSource"]] as const;
const ofReceiver = [
  common,
  [receiver, "ReceiverOptions"],
  ["lambdas/core/processing/inline.ts", "InlineOptions"],
] as const;
/** A table is a name in a stage, and one of CDK in a receiver. */
const own = Object.fromEntries(
  Object.entries(receiverPropsTable).filter(([name]) => name === "table" || !Object.hasOwn(stageTable, name)),
);

const sections: readonly Section[] = [
  {
    title: "A stage",
    about: "`stages` in [infra/config.ts](../infra/config.ts), and the props of the construct `WebhookReceiver`.",
    table: stageTable,
    types: [stage],
  },
  {
    title: "A source of a stage",
    about: "`sources` of a stage, by the source's name.",
    table: sourceConfigTable,
    types: [
      ["infra/stage-config.ts", "SourceConfig"],
      ["lambdas/aws/source-settings.ts", "SourceSettings"],
    ],
  },
  {
    title: "The construct",
    about: "`new WebhookReceiver(scope, id, props)` of `@hookline/hookline/infra`: the options of a stage, and these.",
    table: own,
    types: [["infra/constructs/webhook-receiver.ts", "WebhookReceiverProps"]],
  },
  {
    title: "An event file",
    about: "`export default processor(options, run)`.",
    table: processorTable,
    types: [["lambdas/core/processing/processor-options.ts", "ProcessorOptions"]],
  },
  {
    title: "A grant of an event file",
    about: "Each of `grants`.",
    table: grantTable,
    types: [["lambdas/core/processing/processor-options.ts", "Grant"]],
  },
  {
    title: "A receiver of one source",
    about: "`createReceiver(options)` of `@hookline/hookline`: with `handlers`, or with `dedupe` and `queue`.",
    table: oneSourceReceiverTable,
    types: [...oneSource, ...ofReceiver],
  },
  {
    title: "A verifier",
    about: "`createVerifier(options)` of `@hookline/hookline`.",
    table: verifierTable,
    types: oneSource,
  },
  {
    title: "A receiver",
    about:
      "`createReceiver(options)` of `@hookline/hookline`: with `dedupe` and `queue`, or with `handlers` and `processing`.",
    table: receiverTable,
    types: [admit, ...ofReceiver],
  },
  {
    title: "A source of a receiver",
    about: "`sources` of a receiver or of the middleware `verification`, by the source's name.",
    table: sourceTable,
    types: [source],
  },
  {
    title: "A provider that signs the body alone",
    about:
      "`createGeneric(options)` of `@hookline/hookline/providers`: HMAC-SHA256, keyed with the text of the secret.",
    table: genericTable,
    types: [["lambdas/providers/generic.ts", "GenericOptions"]],
  },
  {
    title: "A provider that follows Standard Webhooks",
    about: "`createStandardWebhooks(options)` of `@hookline/hookline/providers`.",
    table: standardWebhooksTable,
    types: [["lambdas/providers/standard-webhooks.ts", "StandardWebhooksOptions"]],
  },
  {
    title: "The middleware httpDelivery",
    about: "`httpDelivery(options)` of `@hookline/hookline/middleware`.",
    table: httpDeliveryTable,
    types: [common],
  },
  {
    title: "The middleware verification",
    about: "`verification(options)`.",
    table: commonTable,
    types: [admit, common],
  },
  {
    title: "The middleware dedupe",
    about: "`dedupe(options)`.",
    table: dedupeTable,
    types: [common, ["lambdas/middleware/dedupe.ts", "DedupeOptions"]],
  },
];

/**
 * `docs/configuration.md`: every option of every public function.
 *
 * @throws {TypeError} When the type of an option does not say what it is for.
 */
export function configurationPage(): string {
  return [
    "# Configuration",
    "",
    "Every option, what it has to be, and its default. `npm run configuration` makes this page of the tables that check",
    "the options and of the docstrings of their types.",
    "",
    ...sections.flatMap(({ title, about, table, types }) => [
      `## ${title}`,
      "",
      about,
      "",
      "| Option | Type and range | Default | Purpose |",
      "|---|---|---|---|",
      ...rows(table, docsOf(types)),
      "",
    ]),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function rows(table: OptionTable, docs: ReadonlyMap<string, string>, where = ""): readonly string[] {
  return Object.entries(table).flatMap(([name, option]) => {
    if ("now" in option) return [];
    const path = `${where}${name}`;
    const doc = docs.get(path);
    if (doc === undefined)
      throw new TypeError(`Cannot make the page: the type of "${path}" does not say what it is for`);
    const { text, byDefault } = splitDefault(doc);
    if (text === "") throw new TypeError(`Cannot make the page: the type of "${path}" says its default alone`);
    const cells = [`\`${path}\``, option.expected, option.required ? "required" : byDefault, text];
    const inside = option.within ?? option.each?.within;
    // Some have a section of their own.
    const isHere = inside !== undefined && docs.has(`${path}.${Object.keys(inside)[0]}`);
    return [
      `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
      ...(isHere ? rows(inside, docs, `${path}.`) : []),
    ];
  });
}

/** The sentence of a docstring that says the default, and the rest of it. */
function splitDefault(doc: string): { readonly text: string; readonly byDefault: string } {
  const found = / ?\bDefaults to (.+?)(?:\.(?= |$)|$)/.exec(doc);
  if (found === null) return { text: doc, byDefault: "—" };
  const text = doc.slice(0, found.index) + doc.slice(found.index + found[0].length);
  return { text: text.trim(), byDefault: found[1] ?? "" };
}

/** The docstrings of the members of some types: `verifier.memoryMegabytes` of one inside another. */
function docsOf(types: Section["types"]): ReadonlyMap<string, string> {
  return new Map(types.flatMap(([file, type]) => memberDocs(readSource(file), type)));
}

function readSource(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

function memberDocs(source: string, type: string): readonly (readonly [string, string])[] {
  const [, body = ""] = new RegExp(`^export type ${type}\\b.*\\n([\\s\\S]*?)^\\};`, "m").exec(source) ?? [];
  const path: string[] = [];
  return Array.from(
    body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n( +)readonly (\w+)\??:/g),
    ([, doc = "", indent = "", name = ""]) => {
      path.splice(indent.length / 2 - 1, path.length, name);
      return [
        path.join("."),
        doc
          .replaceAll(/\s*\n\s*\* ?/g, " ")
          .replaceAll(/\{@linkcode (\w+)\}/g, "`$1`")
          .trim(),
      ] as const;
    },
  );
}

if (import.meta.main) writeFileSync(page, configurationPage());
