import { createHash } from "node:crypto";
import { NestedStack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** The nested stacks of a kind of resource, each made once something is placed in it. */
type NestedStacks = {
  /** The nested stack of a name. It depends on that name alone, so that adding one moves no other: DECISIONS 7. */
  readonly of: (name: string) => NestedStack;
  readonly all: () => readonly NestedStack[];
};

/** Up to `most` nested stacks, a divisor of 16: a stack holds 500 resources. */
export function createNestedStacks(scope: Construct, prefix: string, most: 4 | 16): NestedStacks {
  const made = new Map<string, NestedStack>();
  return {
    of(name) {
      const [digit = "0"] = createHash("sha256").update(name).digest("hex");
      const group = (Number.parseInt(digit, 16) % most).toString(16);
      const nested = made.get(group) ?? new NestedStack(scope, `${prefix}-${group}`);
      made.set(group, nested);
      return nested;
    },
    all: () => [...made.values()],
  };
}
