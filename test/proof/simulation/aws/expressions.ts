import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Readonly<Record<string, AttributeValue>>;
type Values = Readonly<Record<string, AttributeValue>>;
type Condition = (item: Item, values: Values) => boolean;

/** What our adapters use of DynamoDB's expressions, by its rules: a comparison with what is not there is false. */
export function holds(expression: string | undefined, item: Item | undefined, values: Values): boolean {
  if (expression === undefined) return true;
  const condition = parsed.get(expression) ?? parse(expression);
  parsed.set(expression, condition);
  return condition(item ?? {}, values);
}

const parsed = new Map<string, Condition>();

function parse(expression: string): Condition {
  const tokens = expression.match(/[(),=<]|[:\w]+/g) ?? [];
  let at = 0;
  const take = (expected?: string) => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new SyntaxError(`Expected ${expected ?? "more"} and not ${token} in ${expression}`);
    }
    return token;
  };
  const operand = () => {
    const name = take();
    return (item: Item, values: Values) => (name.startsWith(":") ? values[name] : item[name]);
  };
  const joined = (word: "OR" | "AND", next: () => Condition): Condition => {
    const parts = [next()];
    while (tokens[at] === word) {
      take(word);
      parts.push(next());
    }
    return (item, values) =>
      word === "OR" ? parts.some((part) => part(item, values)) : parts.every((part) => part(item, values));
  };
  const any = (): Condition => joined("OR", () => joined("AND", one));
  const one = (): Condition => {
    if (tokens[at] === "NOT") {
      take();
      const inner = one();
      return (item, values) => !inner(item, values);
    }
    if (tokens[at] === "(") {
      take();
      const inner = any();
      take(")");
      return inner;
    }
    if (tokens[at + 1] === "(") return called();
    const left = operand();
    const sign = take();
    const right = operand();
    return (item, values) => compare(left(item, values), sign, right(item, values));
  };
  const called = (): Condition => {
    const name = take();
    take("(");
    const first = operand();
    if (name === "attribute_not_exists") {
      take(")");
      return (item, values) => first(item, values) === undefined;
    }
    if (name !== "contains") throw new SyntaxError(`${name} is not known, in ${expression}`);
    take(",");
    const second = operand();
    take(")");
    return (item, values) => first(item, values)?.SS?.includes(second(item, values)?.S ?? "") ?? false;
  };
  const condition = any();
  if (at < tokens.length) throw new SyntaxError(`${tokens[at]} was not expected in ${expression}`);
  return condition;
}

function compare(left: AttributeValue | undefined, sign: string, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (sign === "=") return left.S === right.S && left.N === right.N;
  if (sign === "<") return left.N !== undefined && Number(left.N) < Number(right.N);
  throw new SyntaxError(`${sign} is not known`);
}

/** The item after an update: `SET a = :b, c = if_not_exists(c, :d) REMOVE e, f ADD n :one`. */
export function updated(
  expression: string,
  item: Item,
  values: Values,
  names: Readonly<Record<string, string>> = {},
): Item {
  const [, sets = "", removed = "", adds] = /^SET (.*?)(?: REMOVE ([\w, ]+?))?(?: ADD (.*))?$/.exec(expression) ?? [];
  const gone = removed.split(", ");
  const next: Record<string, AttributeValue> = Object.fromEntries(
    Object.entries(item).filter(([name]) => !gone.includes(name)),
  );
  for (const [, target = "", kept, value = ""] of sets.matchAll(/([#\w]+) = (?:if_not_exists\((\w+), )?(:\w+)/g)) {
    const given = values[value];
    if (given === undefined) throw new SyntaxError(`${value} has no value`);
    next[names[target] ?? target] = (kept === undefined ? undefined : item[kept]) ?? given;
  }
  const [name = "", value = ""] = adds?.split(" ") ?? [];
  const added = values[value];
  if (added?.N !== undefined) next[name] = { N: String(Number(item[name]?.N ?? 0) + Number(added.N)) };
  if (added?.SS !== undefined) next[name] = { SS: [...new Set([...(item[name]?.SS ?? []), ...added.SS])] };
  return next;
}
