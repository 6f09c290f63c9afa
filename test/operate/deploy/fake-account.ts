import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { factsKey } from "../../../infra/receiver-facts.ts";
import type { Templates } from "../../../operate/deploy/templates.ts";
import { answering } from "../../answering.ts";

type StackEvent = Readonly<Record<string, string>>;

/** A stack of the account. `events`: the newest first. */
export type AccountStack = {
  readonly status: string;
  readonly isProtected?: boolean;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly templates?: Templates;
  readonly events?: readonly StackEvent[];
};

/** What an account has; a test changes it. */
export type Account = {
  id: string;
  stacks: Record<string, AccountStack>;
  /** The number of events of each queue. */
  queues: Record<string, number>;
  secrets: Record<string, "unset" | "set" | "deleted">;
  logGroups: string[];
  alarms: string[];
  dashboards: string[];
  limit: { ConcurrentExecutions: number; UnreservedConcurrentExecutions: number };
  /** The subscriptions of the topic: their ARNs, or SNS's word in its place. */
  subscriptions: { SubscriptionArn: string; Endpoint: string }[];
  /** The versions of the verifier, and those that the alias `live` names: with a second one it shifts. */
  versions: { numbers: number[]; named: number[] };
  /** What each version answers to an invocation, by its number; none fails. */
  answers: Record<number, object>;
  /** The state of the alias: an update for another one is refused. */
  revision: string;
  /** An operation that is denied. */
  denied?: string;
};

/** An account that is bootstrapped and has nothing else. */
export function emptyAccount(): Account {
  return {
    id: "123456789012",
    stacks: { CDKToolkit: { status: "CREATE_COMPLETE", outputs: { BootstrapVersion: "30" } } },
    queues: {},
    secrets: {},
    logGroups: [],
    alarms: [],
    dashboards: [],
    limit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
    subscriptions: [],
    versions: { numbers: [1], named: [1] },
    answers: {},
    revision: "revision-1",
  };
}

class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const member = (fields: Readonly<Record<string, string>>, more = "") =>
  `<member>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join("")}${more}</member>`;

/**
 * The services that a deployment asks, on 127.0.0.1 by their own protocols: a process finds them by `AWS_ENDPOINT_URL`. A nested stack
 * has the ARN `arn:nested:<stack>:<logical id>`.
 */
export async function startAccount(account: Account) {
  const asked: string[] = [];
  const arn = (name: string) => `arn:aws:cloudformation:eu-west-1:${account.id}:stack/${name}/1`;

  function stackOf(name: string) {
    const [, of = "", nested = ""] = /^arn:nested:([^:]+):(.+)$/.exec(name) ?? [];
    const stack = account.stacks[of || name];
    if (stack === undefined) throw new Refusal("ValidationError", `Stack with id ${name} does not exist`);
    const template = nested === "" ? stack.templates?.root : stack.templates?.nested[nested];
    return { stack, name: of || name, template };
  }

  /** CloudFormation and SNS: a form, and XML. */
  const query: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    DescribeStacks: (form) => {
      const { stack, name } = stackOf(form.get("StackName") ?? "");
      const outputs = Object.entries(stack.outputs ?? {}).map(([OutputKey, OutputValue]) =>
        member({ OutputKey, OutputValue }),
      );
      const more = `<EnableTerminationProtection>${stack.isProtected === true}</EnableTerminationProtection><Outputs>${outputs.join("")}</Outputs>`;
      return `<Stacks>${member({ StackId: arn(name), StackName: name, StackStatus: stack.status }, more)}</Stacks>`;
    },
    GetTemplate: (form) => {
      const { template } = stackOf(form.get("StackName") ?? "");
      return `<TemplateBody>${escaped(JSON.stringify(template))}</TemplateBody>`;
    },
    GetTemplateSummary: (form) => {
      const { template } = stackOf(form.get("StackName") ?? "");
      return `<Metadata>${escaped(JSON.stringify(template?.Metadata))}</Metadata>`;
    },
    ListStackResources: (form) => {
      const { stack, name } = stackOf(form.get("StackName") ?? "");
      const ids = Object.keys(stack.templates?.nested ?? {});
      // A page each, as a large stack has several.
      const at = Number(form.get("NextToken") ?? 0);
      const id = ids[at];
      const more = at + 1 < ids.length ? `<NextToken>${at + 1}</NextToken>` : "";
      if (id === undefined) return "<StackResourceSummaries/>";
      const fields = { LogicalResourceId: id, PhysicalResourceId: `arn:nested:${name}:${id}` };
      const type = { ResourceType: "AWS::CloudFormation::Stack", ResourceStatus: "CREATE_COMPLETE" };
      return `<StackResourceSummaries>${member({ ...fields, ...type })}</StackResourceSummaries>${more}`;
    },
    DescribeStackEvents: (form) => {
      const { stack } = stackOf(form.get("StackName") ?? "");
      return `<StackEvents>${(stack.events ?? []).map((event) => member(event)).join("")}</StackEvents>`;
    },
    ListSubscriptionsByTopic: () =>
      `<Subscriptions>${account.subscriptions.map((one) => member(one)).join("")}</Subscriptions>`,
  };

  /** The others: JSON. */
  const json: Readonly<Record<string, (input: Readonly<Record<string, string>>) => object>> = {
    GetQueueUrl: ({ QueueName = "" }) => {
      if (!(QueueName in account.queues)) throw new Refusal("QueueDoesNotExist", "The specified queue does not exist.");
      return { QueueUrl: `https://sqs.eu-west-1.amazonaws.com/${account.id}/${QueueName}` };
    },
    GetQueueAttributes: ({ QueueUrl = "" }) => ({
      Attributes: { ApproximateNumberOfMessages: String(account.queues[QueueUrl.split("/").at(-1) ?? ""]) },
    }),
    DescribeSecret: ({ SecretId = "" }) => {
      const state = account.secrets[SecretId];
      if (state === undefined) throw new Refusal("ResourceNotFoundException", "Secrets Manager can't find it.");
      return {
        Name: SecretId,
        ...(state === "set" ? { VersionIdsToStages: { one: ["AWSCURRENT"] } } : {}),
        ...(state === "deleted" ? { DeletedDate: 1_700_000_000 } : {}),
      };
    },
    DescribeLogGroups: () => ({ logGroups: account.logGroups.map((logGroupName) => ({ logGroupName })) }),
    DescribeAlarms: () => ({ MetricAlarms: account.alarms.map((AlarmName) => ({ AlarmName })) }),
    ListDashboards: () => ({ DashboardEntries: account.dashboards.map((DashboardName) => ({ DashboardName })) }),
  };

  const live = () => {
    const [version = 0, ...shifting] = account.versions.named;
    const AdditionalVersionWeights = Object.fromEntries(shifting.map((one) => [one, 0.1]));
    const RoutingConfig = shifting.length === 0 ? {} : { RoutingConfig: { AdditionalVersionWeights } };
    return { Name: "live", FunctionVersion: String(version), RevisionId: account.revision, ...RoutingConfig };
  };

  /** Lambda's calls on the verifier `x`, by path and method: undefined for another. */
  async function lambda({ url = "", method }: IncomingMessage, given: string, note: (operation: string) => void) {
    const { pathname, searchParams } = new URL(url, "http://x");
    const [, part = ""] = /^\/2015-03-31\/functions\/x(\/.*)?$/.exec(pathname) ?? [undefined, "none"];
    const operations: Readonly<Record<string, readonly [operation: string, run: () => object]>> = {
      "GET /versions": [
        "ListVersionsByFunction",
        () => {
          // Pages of four, the oldest first, as Lambda has them.
          const all = ["$LATEST", ...account.versions.numbers.map(String)];
          const at = Number(searchParams.get("Marker") ?? 0);
          const LastModified = "2026-01-05T10:00:00.000+0000";
          const Versions = all.slice(at, at + 4).map((Version) => ({ Version, LastModified }));
          return { Versions, ...(at + 4 < all.length ? { NextMarker: String(at + 4) } : {}) };
        },
      ],
      "GET /aliases": ["ListAliases", () => ({ Aliases: [live()] })],
      "GET /aliases/live": ["GetAlias", live],
      "PUT /aliases/live": [
        "UpdateAlias",
        () => {
          const { FunctionVersion, RevisionId } = JSON.parse(given);
          if (RevisionId !== account.revision) throw new Refusal("PreconditionFailedException", "Another revision");
          account.versions.named = [Number(FunctionVersion)];
          return live();
        },
      ],
      "DELETE ": [
        "DeleteFunction",
        () => {
          const version = Number(searchParams.get("Qualifier"));
          if (!(version > 0))
            throw new Refusal("InvalidParameterValueException", "The whole function would be deleted");
          account.versions.numbers = account.versions.numbers.filter((number) => number !== version);
          return {};
        },
      ],
    };
    if (`${method} ${part}` === "POST /invocations") {
      note("Invoke");
      const version = searchParams.get("Qualifier") ?? "";
      const said = account.answers[Number(version)];
      if (said instanceof Error) throw new Refusal("ServiceException", said.message);
      const failed: Record<string, string> = said === undefined ? { "x-amz-function-error": "Unhandled" } : {};
      const body = JSON.stringify(said ?? { errorType: "Error", errorMessage: given });
      return { body, headers: { "x-amz-executed-version": version, ...failed } };
    }
    const found = operations[`${method} ${part}`];
    if (found === undefined) return undefined;
    note(found[0]);
    return { body: JSON.stringify(found[1]()) };
  }

  async function answer(request: IncomingMessage): Promise<{
    readonly type: string;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  }> {
    const given = await text(request);
    const note = (operation: string) => {
      asked.push(operation);
      if (operation !== account.denied) return;
      throw new Refusal("AccessDeniedException", "Access denied");
    };
    const target = request.headers["x-amz-target"];
    if (target !== undefined) {
      const operation = String(target).split(".").at(-1) ?? "";
      note(operation);
      const body = JSON.stringify(json[operation]?.(JSON.parse(given)) ?? {});
      return { type: "application/x-amz-json-1.0", body };
    }
    if (request.url?.startsWith("/2016-08-19/account-settings")) {
      note("GetAccountSettings");
      return { type: "application/json", body: JSON.stringify({ AccountLimit: account.limit }) };
    }
    const called = await lambda(request, given, note);
    if (called !== undefined) return { type: "application/json", ...called };
    const form = new URLSearchParams(given);
    const action = form.get("Action") ?? "";
    note(action);
    const result = `<${action}Result>${query[action]?.(form)}</${action}Result>`;
    return { type: "text/xml", body: `<${action}Response>${result}</${action}Response>` };
  }

  const server = answering(async (request, response) => {
    try {
      const { type, body, headers } = await answer(request);
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    } catch (error) {
      const { code, message } = error instanceof Refusal ? error : new Refusal("InternalFailure", String(error));
      const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
      const body = isForm
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
        : JSON.stringify({ __type: code, message });
      response.writeHead(400, { "content-type": isForm ? "text/xml" : "application/x-amz-json-1.0" }).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The operations since it was asked before. */
    asked: () => asked.splice(0),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A stack that was deployed from these templates: its outputs have the values that commands read. */
export function deployedStack(templates: Templates, stage: string): AccountStack {
  const facts = templates.root.Metadata?.[factsKey(stage)] as { readonly outputs: Readonly<Record<string, string>> };
  const values: Readonly<Record<string, string>> = {
    FunctionUrl: "https://abc.lambda-url.eu-west-1.on.aws/",
    AlarmTopic: "arn:aws:sns:eu-west-1:123456789012:alarms",
  };
  const outputs = Object.entries(facts.outputs).map(([name, key]) => [key, values[name] ?? "x"]);
  return { status: "UPDATE_COMPLETE", outputs: Object.fromEntries(outputs), templates };
}
