import { Stage } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Has something done once the whole app of a construct has been synthesized, and each time that it is. CDK has no such
 * moment of its own: its validations come before there are templates, so that a synth can fail after them.
 */
export function afterSynth(scope: Construct, done: () => void): void {
  const { root } = scope.node;
  if (!Stage.isStage(root)) return;
  const synth = root.synth.bind(root);
  root.synth = (options) => {
    const assembly = synth(options);
    done();
    return assembly;
  };
}
