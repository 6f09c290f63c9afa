import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { alarmName } from "../../infra/constructs/alarms/kinds.ts";
import { canarySource } from "../../lambdas/aws/canary-source.ts";
import { namespace } from "../../lambdas/aws/log/metrics.ts";
import { secretName } from "../secrets/source-secret.ts";
import { type AccountProving, NotSeenError, type Step } from "./proving.ts";

/** An alarm looks at periods of five minutes, of which the canary's takes two of three. */
const [alarmSeconds, canarySeconds] = [1200, 1500] as const;
/** The longest wait of a proof. */
export const longestWaitMinutes: number = canarySeconds / 60;

/** Signs, and verifies nothing: a placeholder is no secret. Any other text would be the canary's new secret, and its deliveries accepted. */
const refusedSecret = "changeme";

/** The steps about alarms and figures: CloudWatch alone has them. */
export const alarmSteps: readonly Step<AccountProving>[] = [
  {
    name: "alarm",
    claim: "The alarm of a DLQ is raised while an event is in it",
    needs: ["dead"],
    run: async (proving) => await alarmIs(proving, dlqAlarm(proving), "ALARM", alarmSeconds),
  },
  {
    name: "alarm-end",
    claim: "The alarm of a DLQ ends once its event is redriven",
    needs: ["alarm", "redrive"],
    run: async (proving) => await alarmIs(proving, dlqAlarm(proving), "OK", alarmSeconds),
  },
  {
    name: "figures",
    claim: "CloudWatch takes the figures in our log lines",
    needs: ["deliveries"],
    async run(proving) {
      const Dimensions = [{ Name: "Stage", Value: proving.stage }];
      const sum = async () => await sumOf(proving, { Namespace: namespace, MetricName: "Deliveries", Dimensions });
      const deliveries = await proving.until(
        "Deliveries has a value",
        alarmSeconds,
        async () => (await sum()) || undefined,
      );
      return `Deliveries in ${namespace}: ${deliveries}`;
    },
  },
  {
    name: "canary",
    claim: "The stage posts to itself, and is answered as a provider must be",
    needs: ["deploy"],
    async run(proving) {
      const state = await alarmIs(proving, canaryAlarm(proving), "OK", canarySeconds);
      const Dimensions = dimensionsOf(await alarmNamed(proving, canaryAlarm(proving)));
      const sum = async (MetricName: string) =>
        await sumOf(proving, { Namespace: "AWS/Lambda", MetricName, Dimensions });
      const runs = await proving.until(
        "the canary has run",
        canarySeconds,
        async () => (await sum("Invocations")) || undefined,
      );
      const failed = await sum("Errors");
      if (failed > 0) throw new NotSeenError(`${failed} of ${runs} runs failed: see the canary's log`);
      return `${runs} runs, none failed; ${state}`;
    },
  },
  {
    name: "canary-alarm",
    claim: "The canary's alarm is raised where its deliveries are not accepted",
    needs: ["canary"],
    async run(proving) {
      const SecretId = secretName({ stage: proving.stage, source: canarySource });
      const client = proving.clients.of("secretsmanager", SecretsManagerClient);
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      proving.note(`aws secretsmanager put-secret-value --secret-id ${SecretId} --secret-string ${refusedSecret}`);
      await client.send(new PutSecretValueCommand({ SecretId, SecretString: refusedSecret }));
      try {
        return await alarmIs(proving, canaryAlarm(proving), "ALARM", canarySeconds);
      } finally {
        // A stage that is kept has its canary back.
        await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
      }
    },
  },
];

const dlqAlarm = ({ stage }: AccountProving) => alarmName(stage, "dlq-not-empty", "prove-fails-first");
const canaryAlarm = ({ stage }: AccountProving) => alarmName(stage, "canary-failed");

async function alarmIs(
  proving: AccountProving,
  name: string,
  wanted: "ALARM" | "OK",
  seconds: number,
): Promise<string> {
  proving.note(`aws cloudwatch describe-alarms --alarm-names ${name}`);
  return await proving.until(`${name} is in ${wanted}`, seconds, async () => {
    const { StateValue } = await alarmNamed(proving, name);
    return StateValue === wanted ? `${name} is in ${wanted}` : undefined;
  });
}

async function alarmNamed({ clients }: AccountProving, name: string): Promise<MetricAlarm> {
  const client = clients.of("cloudwatch", CloudWatchClient);
  const { MetricAlarms: [alarm] = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  if (alarm === undefined) throw new NotSeenError(`there is no alarm ${name}`);
  return alarm;
}

/** The dimensions of the failures that an alarm looks at: the function's name. */
function dimensionsOf({ AlarmName, Metrics = [] }: MetricAlarm) {
  const metrics = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  const found = metrics.find(({ MetricName }) => MetricName === "Errors")?.Dimensions;
  if (found === undefined) throw new NotSeenError(`${AlarmName} looks at no function`);
  return found;
}

type Metric = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { Name: string | undefined; Value: string | undefined }[];
};

/** The sum of a figure in the last three hours. */
async function sumOf({ clients }: AccountProving, { Dimensions, ...named }: Metric): Promise<number> {
  const client = clients.of("cloudwatch", CloudWatchClient);
  const MetricStat = { Metric: { ...named, Dimensions: [...Dimensions] }, Period: 300, Stat: "Sum" };
  const { MetricDataResults: [found] = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3 * 3600 * 1000),
      EndTime: new Date(),
      MetricDataQueries: [{ Id: "m0", MetricStat }],
    }),
  );
  return (found?.Values ?? []).reduce((sum, value) => sum + value, 0);
}
