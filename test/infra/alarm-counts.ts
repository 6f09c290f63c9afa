/**
 * What CloudWatch bills a month for alarms and figures of ours: metrics of alarms (0.10 USD each in us-east-1), composite
 * alarms (0.50), figures of ours (0.30, only in the hours in which they get one). A test counts the templates.
 */
type ObservabilityCount = {
  readonly alarms: number;
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  /** At most: a figure that stays zero is not written and not billed. */
  readonly customMetrics: number;
};

/** For each event type. */
export const perEventType: ObservabilityCount = { alarms: 2, alarmMetrics: 5, compositeAlarms: 0, customMetrics: 0 };

/** For each source; its alarm on no traffic, which is opt-in, is one more of one metric. */
export const perSource: ObservabilityCount = { alarms: 1, alarmMetrics: 1, compositeAlarms: 0, customMetrics: 3 };

/** For each source of more than one event type, besides; more where a source has more than some 90. */
export const perSourceOfSeveral: ObservabilityCount = {
  alarms: 0,
  alarmMetrics: 0,
  compositeAlarms: 2,
  customMetrics: 0,
};

/** For the stage, with its archive and its canary. */
export const perStage: ObservabilityCount = { alarms: 9, alarmMetrics: 21, compositeAlarms: 0, customMetrics: 22 };
