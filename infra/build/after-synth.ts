import { Stage } from "aws-cdk-lib";
import type { Construct } from "constructs";

type Steps = { readonly checks: (() => void)[]; readonly ends: (() => void)[] };

const byRoot = new WeakMap<Stage, Steps>();

/**
 * Has something done once the whole app of a construct has been synthesized, and each time that it is anew: every check first,
 * since one may throw, then every end. CDK has no such moment of its own: its validations come before there are templates,
 * so that a synth can fail after them.
 */
export function afterSynth(scope: Construct, step: { readonly check: () => void; readonly end?: () => void }): void {
  const { root } = scope.node;
  if (!Stage.isStage(root)) return;
  const steps = byRoot.get(root) ?? wrap(root);
  steps.checks.push(step.check);
  if (step.end !== undefined) steps.ends.push(step.end);
}

function wrap(root: Stage): Steps {
  const steps: Steps = { checks: [], ends: [] };
  const synth = root.synth.bind(root);
  let done: ReturnType<typeof synth> | undefined;
  root.synth = (options) => {
    const assembly = synth(options);
    // CDK hands out the assembly that it has, to each test that reads a template.
    if (assembly !== done) for (const step of [...steps.checks, ...steps.ends]) step();
    done = assembly;
    return assembly;
  };
  byRoot.set(root, steps);
  return steps;
}
