import { readFileSync } from "node:fs";

/** A request as IAM decides about it. */
export type Asked = {
  readonly action: string;
  readonly resource: string;
  /** Keys of conditions that the request has, with their values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
};

export type Statement = {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};

/** The statements of a template, with its placeholders filled in. */
export function statementsOf(template: string, values: Readonly<Record<string, string>>): readonly Statement[] {
  const text = readFileSync(new URL(`../../../docs/iam/${template}.json`, import.meta.url), "utf8");
  const filled = Object.entries(values).reduce((all, [name, value]) => all.replaceAll(name, value), text);
  const { Version, Statement, ...others } = JSON.parse(filled);
  if (Version !== "2012-10-17" || Object.keys(others).length > 0) throw new TypeError(`${template} is no policy`);
  return Statement;
}

/** Whether a pattern of IAM, with `*` and `?`, fits a text. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

/** Whether a statement allows a request. An operator of conditions that is not known here is an error. */
export function allows({ Action, Resource, Condition = {} }: Statement, { action, resource, context }: Asked): boolean {
  if (![Action].flat().some((one) => fits(one.toLowerCase(), action.toLowerCase()))) return false;
  if (![Resource].flat().some((one) => fits(one, resource))) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, patterns]) => holds(operator, [patterns].flat(), context[key])),
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function holds(operator: string, patterns: readonly string[], values: readonly string[] | undefined): boolean {
  const isLike = (value: string) => patterns.some((pattern) => fits(pattern, value));
  switch (operator) {
    case "ArnLike":
      return values?.some(isLike) ?? false;
    case "StringLikeIfExists":
      return values?.some(isLike) ?? true;
    case "ForAllValues:StringLike":
      return values?.every(isLike) ?? true;
    default:
      throw new TypeError(`The operator ${operator} is not known here`);
  }
}
