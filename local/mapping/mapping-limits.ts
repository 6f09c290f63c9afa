/** Lambda's limits for a mapping of a queue. */
export type MappingLimits = {
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  readonly queueVisibilitySeconds: number;
  readonly functionTimeoutSeconds: number;
};

/**
 * Refuses what CreateEventSourceMapping refuses.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function checkMapping(mapping: MappingLimits): void {
  const { queueArn, batchSize, batchWindowSeconds: window } = mapping;
  const isFifo = queueArn.endsWith(".fifo");
  const mostRecords = isFifo ? 10 : 10_000;
  const longestWindow = isFifo ? 0 : 300;
  const fault =
    check(Number.isInteger(batchSize) && batchSize >= 1, `batchSize is not a number from 1: ${batchSize}`) ??
    check(batchSize <= mostRecords, `batchSize is over ${mostRecords}: ${batchSize}`) ??
    check(Number.isInteger(window) && window >= 0, `batchWindowSeconds is not a number from 0: ${window}`) ??
    check(window <= longestWindow, `batchWindowSeconds is over ${longestWindow}: ${window}`) ??
    check(batchSize <= 10 || window >= 1, `batchSize over 10 needs batchWindowSeconds of 1 or more: ${batchSize}`) ??
    check(
      mapping.queueVisibilitySeconds >= mapping.functionTimeoutSeconds,
      `the queue's visibility timeout (${mapping.queueVisibilitySeconds} s) is less than the function's timeout (${mapping.functionTimeoutSeconds} s)`,
    );
  if (fault !== undefined) throw new RangeError(`Cannot map ${queueArn}: ${fault}`);
}

function check(holds: boolean, fault: string): string | undefined {
  return holds ? undefined : fault;
}
