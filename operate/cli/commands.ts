import type { Commands } from "./program.ts";

/** Every command of this repository. */
export const commands: Commands = {
  start: async () => (await import("./start.ts")).start,
  send: async () => (await import("./send.ts")).send,
  new: async () => (await import("./new.ts")).scaffold,
  examples: async () => (await import("./examples.ts")).examples,
  test: async () => (await import("./test.ts")).test,
  run: async () => (await import("./run.ts")).run,
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
