import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { answering } from "../answering.ts";
import { type FakeStack, stackAnswers } from "./stage-fixture.ts";

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/**
 * CloudFormation on 127.0.0.1, for commands that run as processes (`AWS_ENDPOINT_URL_CLOUDFORMATION`). It knows these
 * stacks by name, and answers DescribeStacks and GetTemplateSummary as documented:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function startFakeCloudFormation(stacks: Readonly<Record<string, FakeStack>>) {
  const server = answering(async (request, response) => {
    const asked = new URLSearchParams((await buffer(request)).toString("utf8"));
    const [action = "", name = ""] = [asked.get("Action") ?? "", asked.get("StackName") ?? ""];
    const stack = stacks[name];
    if (stack === undefined) {
      const message = `Stack with id ${name} does not exist`;
      const error = `<Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error>`;
      return response.writeHead(400, { "content-type": "text/xml" }).end(`<ErrorResponse>${error}</ErrorResponse>`);
    }
    const { DescribeStacksCommand, GetTemplateSummaryCommand } = stackAnswers(stack);
    const { Stacks } = DescribeStacksCommand({ StackName: name });
    const results: Readonly<Record<string, string>> = {
      DescribeStacks: `<Stacks>${Stacks.map(stackXml).join("")}</Stacks>`,
      GetTemplateSummary: `<Metadata>${escaped(GetTemplateSummaryCommand.Metadata)}</Metadata>`,
    };
    const result = `<${action}Result>${results[action]}</${action}Result>`;
    response.writeHead(200, { "content-type": "text/xml" }).end(`<${action}Response>${result}</${action}Response>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type DescribedStack = ReturnType<ReturnType<typeof stackAnswers>["DescribeStacksCommand"]>["Stacks"][number];

function stackXml({ StackId, Outputs }: DescribedStack): string {
  const outputs = Outputs.map(
    ({ OutputKey, OutputValue }) =>
      `<member><OutputKey>${OutputKey}</OutputKey><OutputValue>${escaped(OutputValue)}</OutputValue></member>`,
  );
  return `<member><StackId>${StackId}</StackId><Outputs>${outputs.join("")}</Outputs></member>`;
}
