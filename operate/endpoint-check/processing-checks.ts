import { type Finding, notTried } from "./checks.ts";
import type { Courier, Signed } from "./courier.ts";
import { judgeFailure, judgeTaken } from "./judge.ts";
import { withText } from "./raw-bodies.ts";
import type { Sender } from "./sender.ts";

/** A right delivery, and the same again at once: a time that is signed is still inside its window. */
export async function checkTaken(sender: Sender, courier: Courier): Promise<readonly Finding[]> {
  const right = await signedNow(sender);
  const taken = judgeTaken("right", await courier.post([right]));
  return taken.state === "failed" ? [taken] : [taken, judgeTaken("repeat", await courier.post([right]))];
}

/** Several events at once. Their bodies differ, since some providers tell events apart by nothing else. */
export async function checkBurst(sender: Sender, courier: Courier, count: number): Promise<Finding> {
  const write = (json: unknown) => withText(json, JSON.stringify(crypto.randomUUID()));
  const events = await Promise.all(Array.from({ length: count }, () => signedNow(sender, write)));
  return judgeTaken("burst", await courier.post(events));
}

/**
 * An event whose processing fails, and its retry.
 *
 * @param failing Undefined where no event type is known whose processing fails.
 */
export async function checkFailure(failing: Sender | undefined, courier: Courier): Promise<readonly Finding[]> {
  if (failing === undefined) {
    const reason = "no event type was given whose processing fails there";
    return [notTried("failure", reason), notTried("failure-retried", reason)];
  }
  const event = await signedNow(failing);
  const failure = judgeFailure("failure", await courier.post([event]));
  if (failure.state === "failed") return [failure, notTried("failure-retried", "the failure itself was not told")];
  return [failure, judgeFailure("failure-retried", await courier.post([event]))];
}

/** Something that no parser takes, unsigned: nothing is asked of its answer but that it tells nothing. */
export async function postNoJson(sender: Sender, courier: Courier): Promise<void> {
  const at = new Date();
  await courier.post([{ delivery: { ...sender.compose(), body: new TextEncoder().encode('{"') }, at }]);
}

async function signedNow(sender: Sender, write?: (json: unknown) => string): Promise<Signed> {
  const at = new Date();
  return { delivery: await sender.sign(sender.compose(write), at), at };
}
