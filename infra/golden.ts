import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveOptions } from "../lambdas/core/processing/processor-options.ts";
import { createApp } from "./app.ts";
import { queueSuffix } from "./build/event-files.ts";
import { stages } from "./config.ts";

/** Templates by the names of their files, as JSON. */
export type Templates = Readonly<Record<string, unknown>>;

/**
 * The templates of both stages with one event type, without what changes with every line of code (hashes of assets and
 * of versions): what a change of `infra` does to a stack can be read in their difference.
 */
export function goldenTemplates(): Templates {
  const folder = mkdtempSync(join(tmpdir(), "hookline-golden-"));
  try {
    const asset = join(folder, "asset");
    mkdirSync(asset);
    writeFileSync(join(asset, "index.mjs"), "export const handler = () => {};\n");
    const [source, type, name] = ["github", "push", "github/push"];
    const options = resolveOptions({ impact: "Pushes to a default branch are not announced" });
    const event = { source, type, name, path: `${name}.ts`, queue: queueSuffix(source, type), types: [type], options };
    const outdir = join(folder, "cdk.out");
    const bundles = { verifier: asset, processors: { [name]: asset } };
    createApp({ stages, events: [event], sources: { [source]: source }, bundles, outdir }).synth();
    const files = readdirSync(outdir).filter((file) => file.endsWith(".template.json"));
    return Object.fromEntries(
      files.sort().map((file) => [file, JSON.parse(withoutHashes(readFileSync(join(outdir, file), "utf8")))]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withoutHashes(template: string): string {
  return template
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash>")
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, "$1<hash>");
}

/** What holds data: a change of it, or of its logical id, is looked at twice. */
const stateful = ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"];

/** The difference of templates, a line for each place; `DATA` marks what holds data. */
export function differences(before: Templates, after: Templates): readonly string[] {
  return keysOf(before, after).flatMap((file) => {
    const [old, now] = [resourcesOf(before[file]), resourcesOf(after[file])];
    const changed = keysOf(old, now).flatMap((id) => {
      const type = String(now[id]?.Type ?? old[id]?.Type);
      const mark = stateful.includes(type) ? " DATA" : "";
      if (old[id] === undefined) return [`+ ${file} ${id} (${type})${mark}`];
      if (now[id] === undefined) return [`- ${file} ${id} (${type})${mark}`];
      return places(old[id], now[id], "").map((line) => `~ ${file} ${id} (${type})${mark}${line}`);
    });
    const rest = (template: unknown) => ({ ...(template as object), Resources: undefined });
    return [...changed, ...places(rest(before[file]), rest(after[file]), "").map((line) => `~ ${file}${line}`)];
  });
}

type Resources = Readonly<Record<string, { readonly Type?: string }>>;

function resourcesOf(template: unknown): Resources {
  return (template as { readonly Resources?: Resources } | undefined)?.Resources ?? {};
}

function places(before: unknown, after: unknown, at: string): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (!isObject(before) || !isObject(after)) return [` ${at}: ${short(before)} → ${short(after)}`];
  return keysOf(before, after).flatMap((key) => places(before[key], after[key], `${at}/${key}`));
}

function keysOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
