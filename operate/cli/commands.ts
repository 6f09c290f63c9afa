import type { Print } from "./command.ts";
import type { Help } from "./help.ts";

/** A command as `hookline` runs it. */
type Runnable = { (args: readonly string[], print: Print): Promise<number>; readonly help: Help };

/** Every command, loaded when it is needed: the AWS SDK takes half a second. */
export const commands: Readonly<Record<string, () => Promise<Runnable>>> = {
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
