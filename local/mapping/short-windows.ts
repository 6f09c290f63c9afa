import type { Resource } from "../template.ts";

const longestSeconds = 1;

/**
 * The resources with windows of a second at most: the archive's is a minute, by which `events` would lag behind what one has just
 * sent. Fewer events share an object here than on AWS.
 */
export function withShortWindows(resources: readonly Resource[]): readonly Resource[] {
  return resources.map((resource) => {
    const { MaximumBatchingWindowInSeconds: asked } = resource.properties;
    if (resource.type !== "AWS::Lambda::EventSourceMapping" || asked === undefined) return resource;
    const MaximumBatchingWindowInSeconds = Math.min(Number(asked), longestSeconds);
    return { ...resource, properties: { ...resource.properties, MaximumBatchingWindowInSeconds } };
  });
}
