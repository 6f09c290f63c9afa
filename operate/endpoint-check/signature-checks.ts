import { type Finding, notTried } from "./checks.ts";
import type { Courier, Signed } from "./courier.ts";
import { type Forgery, forgeries } from "./forgeries.ts";
import { judgeRefused, judgeTaken } from "./judge.ts";
import type { OwnVerdict } from "./own-verdict.ts";
import { rawBodies } from "./raw-bodies.ts";
import { isJson, type Sender } from "./sender.ts";

/** Whether each forgery is refused that the provider's scheme can tell from a right delivery. */
export async function checkForgeries(sender: Sender, own: OwnVerdict, courier: Courier): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const forgery of forgeries) {
    const forged = await refusable(forgery, sender, own);
    findings.push(
      forged.length === 0
        ? notTried(forgery.check, forgery.skipped(sender.provider.title))
        : judgeRefused(forgery.check, await courier.post(forged)),
    );
  }
  return findings;
}

async function refusable(
  { make, isFirstEnough }: Forgery,
  sender: Sender,
  own: OwnVerdict,
): Promise<readonly Signed[]> {
  const now = new Date();
  const passes = await Promise.all((await make(own.sender, now)).map(({ delivery }) => own.verifies(delivery, now)));
  const forged = (await make(sender, now)).filter((_, index) => passes[index] === false);
  return isFirstEnough ? forged.slice(0, 1) : forged;
}

/** Whether right deliveries are taken however their JSON is written. */
export async function checkRawBodies(sender: Sender, courier: Courier): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const { title, coversBody } = sender.provider;
  const skipped = coversBody ? `${title} sends no JSON` : `${title} does not sign the body`;
  for (const { check, write } of rawBodies) {
    const at = new Date();
    const delivery = await sender.sign(sender.compose(write), at);
    const isTried = coversBody && isJson(delivery);
    findings.push(isTried ? judgeTaken(check, await courier.post([{ delivery, at }])) : notTried(check, skipped));
  }
  return findings;
}
