import { Buffer } from "node:buffer";
import type { Chance } from "./chance.ts";

const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
/** What may stand where something else is expected, as JSON. */
const odd = [
  "null",
  "true",
  "-1",
  "1e400",
  '""',
  '"\\ud800"',
  '"\\u0000"',
  "[]",
  "{}",
  '{"__proto__":1}',
  '["x"]',
  deep,
];

/** A body in which one value, one item or one field is another than it should be: of JSON or of a form. */
export function changedStructure(body: Uint8Array, chance: Chance): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(body).toString("utf8");
  return new Uint8Array(Buffer.from(changedJson(text, chance) ?? changedForm(text, chance)));
}

function changedJson(text: string, chance: Chance): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  // What is nested deeper than this is there to be read by others, not to be written again.
  if (text.includes("[[[[")) return undefined;
  const places: { readonly parent: Record<string, unknown>; readonly name: string }[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const name of Object.keys(value)) {
      places.push({ parent: value as Record<string, unknown>, name });
      visit((value as Record<string, unknown>)[name]);
    }
  };
  visit(json);
  if (places.length === 0) return chance.pick(odd);
  const { parent, name } = chance.pick(places);
  const mark = "\u0001odd\u0001";
  const how = chance.below(5);
  if (how === 0) delete parent[name];
  else if (how === 1 && Array.isArray(parent)) parent.push(parent[Number(name)]);
  else parent[name] = mark;
  return JSON.stringify(json).replace(JSON.stringify(mark), () => chance.pick(odd));
}

function changedForm(text: string, chance: Chance): string {
  const fields = text.split("&");
  const at = chance.below(fields.length);
  const [name = "", value = ""] = (fields[at] ?? "").split("=", 2);
  const other = chance.pick([
    `${name}=`,
    name,
    `${name}=%`,
    `${name}=%ff`,
    `${name}=${value}&${name}=${value}`,
    "",
    "=",
    `${name}=${value}=`,
  ]);
  return fields.toSpliced(at, 1, other).join("&");
}
