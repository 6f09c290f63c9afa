import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, GetPolicyCommand } from "@aws-sdk/client-lambda";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import type { AlarmTarget } from "../../infra/receiver-facts.ts";
import { readVersions, rollbackCommand, rolledBackText } from "../rollback/versions.ts";
import { regionOf } from "../stage/stage.ts";
import { concurrencyOf } from "./concurrency.ts";
import { checked, type Finding } from "./finding.ts";
import { type AwsSite, revertDrift, type Site } from "./site.ts";

/** Lambda's Node, and the base of the layer with Deno. */
const runtimes: readonly string[] = ["nodejs24.x", "provided.al2023"];

type Statement = {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Checks that AWS alone can answer; on a local run, that they were not made. */
export async function checkAccount(site: Site): Promise<readonly Finding[]> {
  const { aws, lambda, events } = site;
  const checks = {
    "URL permissions": async (at: AwsSite) => {
      const { Policy = "{}" } = await lambda.send(
        new GetPolicyCommand({ FunctionName: at.verifier, Qualifier: "live" }),
      );
      return permissionsIn(JSON.parse(Policy), revertDrift(site));
    },
    "alarm subscription": async (at: AwsSite) => {
      const { Subscriptions = [] } = await at.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: at.topic }));
      return subscriptionsIn(
        Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn ?? ""),
        site.alarmTarget,
      );
    },
    concurrency: async (at: AwsSite) => {
      const region = regionOf(at);
      const inRegion = (command: string) => `aws ${command}${region ? ` --region ${region}` : ""}`;
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      const { isUnbounded: _, ...finding } = concurrencyOf(AccountLimit, events, inRegion);
      return finding;
    },
    "stack's runtime": async (at: AwsSite) => {
      const asked = { FunctionName: at.verifier, Qualifier: "live" };
      const { Runtime = "none" } = await lambda.send(new GetFunctionConfigurationCommand(asked));
      if (runtimes.includes(Runtime)) return { state: "ok", says: Runtime } as const;
      const says = `${Runtime}, not ${runtimes.join(" or ")}`;
      return { state: "FAIL", says, remedy: revertDrift(site) } as const;
    },
    "verifier's version": async (at: AwsSite) => {
      const versions = await readVersions(lambda, at.verifier);
      const { live, newest, shifting } = versions;
      const rolledBack = rolledBackText(versions);
      if (rolledBack !== undefined) {
        return { state: "warn", says: rolledBack, remedy: rollbackCommand(site, newest) } as const;
      }
      const also = shifting === undefined ? "" : `, and a gradual deployment shifts between it and ${shifting}`;
      return { state: "ok", says: `${live} answers${also}` } as const;
    },
  };
  return await Promise.all(
    Object.entries(checks).map(([check, run]) =>
      checked(check, async () =>
        aws === undefined ? { state: "not checked here", says: "the local run has no service for it" } : await run(aws),
      ),
    ),
  );
}

/** Since October 2025 a function URL without authorization needs both; with one of them it answers 403. */
function permissionsIn(
  { Statement = [] }: { readonly Statement?: readonly Statement[] },
  remedy: string,
): Omit<Finding, "check"> {
  const allows = (action: string, key: string, value: string) =>
    Statement.some(({ Effect, Principal, Action, Condition = {} }) => {
      const everybody = Principal === "*" || (Principal as { readonly AWS?: unknown } | undefined)?.AWS === "*";
      const conditions = Object.values(Condition).flatMap((one) => Object.entries(one));
      const [only, ...more] = conditions;
      const isOnly = more.length === 0 && only?.[0] === key && String(only[1]).toUpperCase() === value;
      return Effect === "Allow" && everybody && [Action].flat().includes(action) && isOnly;
    });
  const missing = [
    ...(allows("lambda:InvokeFunctionUrl", "lambda:FunctionUrlAuthType", "NONE") ? [] : ["lambda:InvokeFunctionUrl"]),
    ...(allows("lambda:InvokeFunction", "lambda:InvokedViaFunctionUrl", "TRUE") ? [] : ["lambda:InvokeFunction"]),
  ];
  if (missing.length === 0) return { state: "ok", says: "both are there" };
  return { state: "FAIL", says: `everybody lacks ${missing.join(" and ")} at the URL`, remedy };
}

/** Whether anybody is told of alarms, by the ARNs of the topic's subscriptions. */
export function subscriptionsIn(arns: readonly string[], target?: AlarmTarget): Omit<Finding, "check"> {
  // Else the word is "PendingConfirmation" or "Deleted".
  const confirmed = arns.filter((arn) => arn.startsWith("arn:")).length;
  if (confirmed > 0) return { state: "ok", says: `${confirmed} confirmed` };
  if (arns.length === 0 && target === "topic") {
    return { state: "ok", says: "alarms go to a topic of yours, which is not looked into" };
  }
  const says = arns.length === 0 ? "nobody is told of alarms" : "none is confirmed: nobody is told of alarms";
  const remedy =
    arns.length === 0
      ? "set alarmEmail in infra/config.ts, or subscribe to the topic"
      : "follow the link in the mail that SNS sent";
  // Its configuration wants nobody to be told, or it keeps no data.
  return { state: arns.length === 0 && target === "none" ? "warn" : "FAIL", says, remedy };
}
