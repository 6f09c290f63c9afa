import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";

/** The user agent of what `doctor` posts itself. */
export const probeAgent = "hookline-doctor";

/**
 * Whether `doctor` posted a delivery: then nobody asks why it was refused. A sender that says so is answered as ever, and is left
 * out of what the run keeps, no more.
 */
export function isProbe({ headers }: Pick<HttpEvent, "headers">): boolean {
  return headers?.["user-agent"] === probeAgent;
}
