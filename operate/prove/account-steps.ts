import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { standardWebhooks } from "../../lambdas/providers/standard-webhooks.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { namesOf, preflight } from "../deploy/preflight.ts";
import { readAssembly } from "../deploy/templates.ts";
import { stackNamed } from "../stage/stack-named.ts";
import { alarmSteps } from "./alarm-steps.ts";
import { eventSteps } from "./event-steps.ts";
import { type AccountProving, NotSeenError, type Step, succeeded } from "./proving.ts";
import { versionSteps } from "./version-steps.ts";

const deploymentSteps: readonly Step<AccountProving>[] = [
  {
    name: "examine",
    claim: "The examination before a deployment finds nothing in the way of a new stage",
    needs: [],
    async run({ stack, clients, synthesize }) {
      const assembly = readAssembly(await synthesize(1), stack);
      const findings = await preflight({ stack, assembly, settings: { alarmTarget: "none" }, clients });
      const wrong = findings.filter(({ state }) => state === "FAIL");
      if (wrong.length > 0) throw new NotSeenError(wrong.map(({ check, says }) => `${check}: ${says}`).join("; "));
      return findings.map(({ check, state }) => `${check} ${state}`).join(", ");
    },
  },
  {
    name: "deploy",
    claim: "The stack comes up",
    needs: ["examine"],
    async run({ stack, cdk, synthesize }) {
      succeeded(await cdk(["deploy", stack, "--app", await synthesize(1), "--require-approval", "never"]));
      return "every resource was created";
    },
  },
  {
    name: "deploy-again",
    claim: "A second deployment changes nothing",
    needs: ["deploy"],
    async run({ stack, cdk, synthesize }) {
      const said = succeeded(await cdk(["deploy", stack, "--app", await synthesize(1), "--require-approval", "never"]));
      if (/no changes/i.test(said)) return "cdk says that there are no changes";
      throw new NotSeenError("cdk did not say that there are no changes");
    },
  },
  {
    name: "secret",
    claim: "A secret is stored",
    needs: ["deploy"],
    async run({ hookline, secret }) {
      succeeded(await hookline(["secret", "prove"], { input: await secret() }));
      return "stored";
    },
  },
];

const destroySteps: readonly Step<AccountProving>[] = [
  {
    name: "destroy",
    claim: "cdk destroy leaves nothing behind that has a name",
    needs: [],
    async run({ stack, cdk, clients, synthesize }) {
      const folder = await synthesize(1);
      succeeded(await cdk(["destroy", stack, "--app", folder, "--force"]));
      if ((await stackNamed(clients.of("cloudformation", CloudFormationClient), stack)) !== undefined) {
        throw new NotSeenError(`the stack ${stack} is still there`);
      }
      const left = await namesOf({ assembly: readAssembly(folder, stack), clients }, undefined, (command) => command);
      const taken = left.filter(({ state }) => state !== "ok");
      if (taken.length > 0) throw new NotSeenError(taken.map(({ says }) => says).join("; "));
      return `the stack is gone; ${left.map(({ says }) => says).join("; ")}`;
    },
  },
];

/** The secret of the stage's source: nobody else has it, since nobody sends to it. */
export function proofSecret(): string {
  return newSecret(standardWebhooks).secret;
}

/** Every step before the stack is destroyed, in order. */
export const accountSteps: readonly Step<AccountProving>[] = [
  ...deploymentSteps,
  ...inOrder(["measure", "deliveries", "doctor", "bytes", "dead", "alarm", "redrive", "replay"]),
  ...alarmSteps.filter(({ name }) => name === "figures" || name === "alarm-end"),
  ...versionSteps,
  ...alarmSteps.filter(({ name }) => name.startsWith("canary")),
];

/** The last step, which is run in any case. */
export const lastSteps: readonly Step<AccountProving>[] = destroySteps;

/** The alarm of a DLQ is looked at while an event is in it. */
function inOrder(names: readonly string[]): readonly Step<AccountProving>[] {
  const all = [...eventSteps.map((step) => ({ ...step, needs: ["secret", ...step.needs] })), ...alarmSteps];
  return names.flatMap((name) => all.filter((step) => step.name === name));
}
