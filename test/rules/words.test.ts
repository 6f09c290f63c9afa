import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

// Words that say nothing, or that another word of the glossary (CONTRIBUTING) says better.
const refused = new Set(
  "handler message notification callback manager service helper util door sweeper effect".split(" "),
);

/** Where one of them stands all the same: names of files, exports and options, each as `path` or `path name`. */
const exceptions: readonly (readonly [RegExp, string])[] = [
  [/^infra\/build\/bundle\.ts handler$/, "the export that Lambda asks for"],
  [/^lambdas\/core\/(receiver(-options)?|processing\/[\w-]*(handler|inline)[\w-]*)\.ts\b/, "the inline map `handlers`"],
  [
    /^infra\/(stage-options|constructs\/webhook-receiver)\.ts doors$/,
    "the old name of `entrances`, which is refused with the new one",
  ],
  [/^lambdas\/providers\/samples\//, "event types of providers"],
  [/^lambdas\/aws\/s3\/archive-object\.ts messageId$/, "SQS's word"],
  [/^lambdas\/core\/processing\/(process-options|processing-store|run-once)\.ts messageId$/, "SQS's word"],
  [/^local\/aws\/.*(message-counts\.ts|[mM]essage\w*|Messages)$/, "SQS's word"],
  [
    /^(local|test)\/.*(secrets-manager|startSecretsManager|fauxqs\.d\.ts PersistenceManager)/,
    "names of AWS and fauxqs",
  ],
  [/^local\/lambda\/function-definition\.ts errorMessage$/, "Lambda's word"],
  [/^operate\/doctor\/account-checks\.ts Effect$/, "IAM's word"],
  [/^lambdas\/core\/(outcome|processing\/schema)\.ts message$/, "a field of what is answered, and of Standard Schema"],
  [/^(operate\/why\/explain\.ts message|test\/core\/refusal-messages\.test\.ts)$/, "the same field of an answer"],
  [/^test\/proof\/.*effect\.ts$/, "what a run did outside, as the model counts it"],
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const rooms = ["lambdas", "infra", "local", "operate"];

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((path) => !path.includes("node_modules") && statSync(join(root, path)).isFile());
}

/** What a source exports, and the fields of its types, options among them. */
function namesIn(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const exported = /^export (?:declare )?(?:async )?(?:type|interface|class|const|let|function\*?) (\w+)/gm;
  return [exported, /\breadonly (\w+)\??:/g].flatMap((one) => Array.from(code.matchAll(one), ([, name = ""]) => name));
}

function isRefused(name: string): boolean {
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  return words.some((word) => refused.has(word.toLowerCase().replace(/s$/, "")));
}

describe("names of files, exports and options", () => {
  const files = [...rooms, "test"].flatMap(filesIn);
  const sources = rooms.flatMap(filesIn).filter((path) => path.endsWith(".ts"));
  const named = sources.flatMap((path) =>
    namesIn(readFileSync(join(root, path), "utf8"))
      .filter(isRefused)
      .map((name) => `${path} ${name}`),
  );
  const found = [...files.filter(isRefused), ...new Set(named)];

  it("are read from a source, each word of them", () => {
    const text =
      "export type Door = { readonly onMessage?: string };\nexport async function openDoors() {}\n/** readonly util: */";
    assert.deepEqual(namesIn(text), ["Door", "openDoors", "onMessage"]);
    assert.deepEqual(["openDoors", "on-message.ts", "XUtil", "outdoors", "handled", "serviced"].map(isRefused), [
      ...[true, true, true],
      ...[false, false, false],
    ]);
    assert.ok(files.length > 500 && sources.length > 200);
  });

  it("have none of the words that are not ours, except for exceptions with a reason", () => {
    assert.deepEqual(
      found.filter((name) => !exceptions.some(([place]) => place.test(name))),
      [],
    );
  });

  it("of sources have one pattern", () => {
    const holds = (path: string) => readFileSync(join(root, path), "utf8").includes("[a-z][a-z0-9-]");
    assert.deepEqual(sources.filter(holds), ["lambdas/core/ingress/source-path.ts"]);
  });

  it("need every exception", () => {
    assert.deepEqual(
      exceptions.filter(([place]) => !found.some((name) => place.test(name))),
      [],
    );
  });
});
