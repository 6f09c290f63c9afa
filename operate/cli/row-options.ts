/** The options of a run for the lines that it prints. */
export const rowOptions = {
  source: { type: "string", value: "NAME", says: "print deliveries and runs of this source alone", multiple: true },
  type: { type: "string", value: "NAME", says: "print those of this event type alone", multiple: true },
  outcome: {
    type: "string",
    value: "WORD",
    says: "print those that end so alone: accepted, failed …",
    multiple: true,
  },
  verbose: { type: "boolean", says: "print each step and each process, too" },
} as const;
