import type { Finding } from "../doctor/finding.ts";
import { type Deployed, isUnmade } from "./deployed.ts";

/** Whether CloudFormation can take a deployment of a stack now. @param aws A command of the AWS CLI, in the stack's region. */
export function checkStack(
  name: string,
  deployed: Deployed | undefined,
  aws: (command: string) => string,
): Omit<Finding, "check"> {
  if (deployed === undefined) return { state: "ok", says: `${name} is not there yet: this is its first deployment` };
  const { status, isProtected } = deployed;
  const says = `${name} is ${status}`;
  if (isUnmade(status)) {
    if (!isProtected) return { state: "ok", says: `${says}: cdk deletes it, and begins again` };
    const remedy = `${removal(name).map(aws).join(" && ")}; then deploy again`;
    return { state: "FAIL", says: `${says} and protected from deletion, so that cdk cannot begin again`, remedy };
  }
  if (/_IN_PROGRESS$/.test(status)) {
    const remedy = `wait until it has ended: ${aws(`cloudformation describe-stacks --stack-name ${name}`)}`;
    return { state: "FAIL", says: `${says}: a deployment is under way`, remedy };
  }
  if (/^(CREATE|UPDATE_ROLLBACK)_FAILED$/.test(status))
    return { state: "FAIL", says, remedy: `npx cdk rollback ${name}` };
  if (/_FAILED$/.test(status)) {
    const remedy = `read why in its events: ${aws(`cloudformation describe-stack-events --stack-name ${name}`)}`;
    return { state: "FAIL", says, remedy };
  }
  return { state: "ok", says };
}

/** The commands that remove a stack whose creation was rolled back. */
function removal(name: string): readonly string[] {
  return [
    `cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`,
    `cloudformation delete-stack --stack-name ${name}`,
    `cloudformation wait stack-delete-complete --stack-name ${name}`,
  ];
}
