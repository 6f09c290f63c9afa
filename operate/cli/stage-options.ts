/** The options of every command that acts on a stage. */
export const stageOptions = {
  stack: { type: "string", value: "NAME", says: "a deployed stack of your own app with a WebhookReceiver" },
  region: { type: "string", value: "NAME", says: "its region; defaults to the stage's, then to the SDK's" },
  local: { type: "boolean", says: "the local run and nothing else; it is meant where no stage is named" },
} as const;

/** The line of help of every command that acts on a stage. */
export const stageHelp = "Acts on the local run where no stage is named, else on AWS with the SDK's usual credentials.";
