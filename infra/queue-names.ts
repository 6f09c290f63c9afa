/** Sends go to `hookline-<stage>-*`; a DLQ's name is outside of that, so that the verifier's grant does not reach it. */
export const queueName = (stage: string, suffix: string): string => `hookline-${stage}-${suffix}`;
export const dlqName = (stage: string, suffix: string): string => `hookline-dlq-${stage}-${suffix}`;

/** The archive's queue behind the stage's prefix. Those of event types have a `-`: none of them is it. */
export const archiveQueue = "archive";
