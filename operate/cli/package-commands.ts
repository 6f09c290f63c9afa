import type { Commands } from "./program.ts";

/** The commands for those who use Hookline as a package: a stage is the local run, or a stack that `--stack` names. */
export const packageCommands: Commands = {
  start: async () => (await import("./start-app.ts")).startApp,
  send: async () => (await import("./send.ts")).send,
  sources: async () => (await import("./sources.ts")).sources,
  endpoints: async () => (await import("./endpoints.ts")).endpoints,
  secret: async () => (await import("./secret.ts")).secret,
  doctor: async () => (await import("./doctor.ts")).doctor,
  dlq: async () => (await import("./dlq.ts")).dlq,
  pause: async () => (await import("./pause.ts")).pause,
  resume: async () => (await import("./pause.ts")).resume,
  why: async () => (await import("./why.ts")).why,
  "check-endpoint": async () => (await import("./check-endpoint.ts")).checkEndpointCommand,
};
