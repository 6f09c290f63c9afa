import type { Commands } from "./program.ts";

/** The commands that both programs have: that of this repository, and that of the package. */
export const stageCommands: Commands = {
  sources: async () => (await import("./sources.ts")).sources,
  endpoints: async () => (await import("./endpoints.ts")).endpoints,
  secret: async () => (await import("./secret.ts")).secret,
  doctor: async () => (await import("./doctor.ts")).doctor,
  measure: async () => (await import("./measure.ts")).measure,
  runbook: async () => (await import("./runbook.ts")).runbook,
  rollback: async () => (await import("./rollback.ts")).rollback,
  events: async () => (await import("./events.ts")).events,
  replay: async () => (await import("./replay.ts")).replay,
  dlq: async () => (await import("./dlq.ts")).dlq,
  erase: async () => (await import("./erase.ts")).eraseCommand,
  pause: async () => (await import("./pause.ts")).pause,
  resume: async () => (await import("./pause.ts")).resume,
  page: async () => (await import("./page.ts")).page,
  why: async () => (await import("./why.ts")).why,
  "check-endpoint": async () => (await import("./check-endpoint.ts")).checkEndpointCommand,
};
