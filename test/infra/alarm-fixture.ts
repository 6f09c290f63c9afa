import assert from "node:assert/strict";
import { after } from "node:test";
import { counted } from "../../lambdas/aws/log/metrics.ts";
import { type Resource, readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

export const events = [
  eventFile("github/push", { impact: "Pushes are not announced" }),
  eventFile("github/issues"),
  eventFile("stripe/_other"),
];
export const app = synthesize(events, ["dev", "prod"]);
after(() => app.remove());

export type Metric = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
};
export type Query = {
  readonly Expression?: string;
  readonly Id: string;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number };
};

/** Every resource of a stage, with names in place of references. */
export const allOf = (stage: string) => readStack(app.of(stage).folder, `Hookline-${stage}`);
export const all = allOf("prod");
export const ofType = (type: string) =>
  all.filter((resource) => resource.type === type).map(({ properties }) => properties);
export const alarms = ofType("AWS::CloudWatch::Alarm");
export const composites = ofType("AWS::CloudWatch::CompositeAlarm");
export const named = (name: string): Resource["properties"] => {
  const found = [...alarms, ...composites].filter(({ AlarmName }) => AlarmName === name);
  assert.equal(found.length, 1, `${found.length} alarms ${name}`);
  return found[0] ?? {};
};

/** The metrics that an alarm reads and is billed for. */
export function metricsOf({ MetricName, Namespace, Dimensions, Metrics }: Resource["properties"]): readonly Metric[] {
  if (MetricName !== undefined) return [{ MetricName, Namespace, Dimensions } as Metric];
  return (Metrics as readonly Query[]).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}
export const expressionOf = ({ Metrics }: Resource["properties"]) =>
  (Metrics as readonly Query[]).find(({ Expression }) => Expression !== undefined)?.Expression ?? "";
export const childrenOf = ({ AlarmRule }: Resource["properties"]) =>
  Array.from(String(AlarmRule).matchAll(/ALARM\("([^"]+)"\)/g), ([, name = ""]) => name);

/** What CloudWatch would make of an expression of IF, SUM, FILL, AND, OR and arithmetic. */
export function evaluate(expression: string, values: Readonly<Record<string, number | undefined>>): number {
  const script = expression
    .replaceAll(/FILL\((\w+), (\d)\)/g, "($1 ?? $2)")
    .replaceAll(/SUM\(\[([^\]]+)\]\)/g, (_, terms: string) => `(${terms.replaceAll(",", " +")})`)
    .replaceAll("AND", "&&")
    .replaceAll("OR", "||")
    .replace(/^IF\((.*), (\w+), (\w+)\)$/, "($1) ? $2 : $3")
    .replace(/^IF\((.*), (\(.*\)), (\w+)\)$/, "($1) ? $2 : $3");
  const names = Object.keys(values);
  return Number(new Function(...names, `return ${script}`)(...names.map((name) => values[name])));
}

/** Every figure that our functions write. */
export const written: ReadonlySet<string> = new Set([
  ...Object.values(counted).flatMap((list) => list.map(({ figure }) => figure)),
  ...["Deliveries", "Refused", "Unavailable", "AnswerMilliseconds", "QueuedSeconds", "OldestSeconds", "SpillLeft"],
]);
