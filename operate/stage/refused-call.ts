import { defined } from "../../lambdas/core/bytes/defined.ts";
import { templatesOf } from "./templates.ts";

/** One call of an SDK client. */
type Call = {
  /** The client's service, as actions of IAM begin. */
  readonly prefix: string;
  /** The SDK's name of the command: `ReceiveMessageCommand`. */
  readonly command: string;
  readonly input: object;
};

/** AWS refused a call: its sentence names the missing permission, and the template that has it. */
export class RefusedCallError extends Error {
  override readonly name: string = "RefusedCallError";
  /** How to get the permission. */
  readonly remedy: string;

  constructor(call: Call, cause: unknown) {
    const { action, resource, isDenied } = missingPermission(call, cause);
    const remedy = remedyOf(action, resource ?? "", isDenied);
    const on = resource === undefined ? "" : ` on ${resource}`;
    const operation = call.command.replace(/Command$/, "");
    super(`Cannot call ${operation}: these credentials lack the permission ${action}${on}; ${remedy}`, { cause });
    this.remedy = remedy;
  }
}

/** Whether an error is AWS's refusal of a call for want of a permission. Credentials that do not count have other names. */
function isRefusal(error: unknown): boolean {
  const { name = "", $metadata } = error as {
    readonly name?: string;
    readonly $metadata?: { httpStatusCode?: number };
  };
  if (/AccessDenied|^UnauthorizedOperation$|^AuthorizationError|^Forbidden$/i.test(name)) return true;
  // The answer to a HEAD has no body, and so no name.
  return $metadata?.httpStatusCode === 403 && /^(403|Unknown|UnknownError)$/.test(name);
}

/** AWS's sentence, the same in all services: "… is not authorized to perform: sqs:ReceiveMessage on resource: arn:… because …". */
const told = /not authorized to perform: ([\w-]+:\w+)(?:.*? on resource: "?([^\s"]+))?/;

function missingPermission(call: Call, error: unknown) {
  const text = error instanceof Error ? error.message : "";
  const [, action, resource] = told.exec(text) ?? [];
  const isDenied = /explicit deny/.test(text);
  if (action !== undefined) return { action, isDenied, ...defined({ resource }) };
  return { action: actionOf(call), isDenied, ...defined({ resource: resourceOf(call) }) };
}

/** Commands whose action has another name than they have. */
const otherActions: Readonly<Record<string, string>> = {
  Invoke: "InvokeFunction",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListObjectsV2: "ListBucket",
};

/** The action that a command needs, where AWS does not name it. */
function actionOf({ prefix, command }: Omit<Call, "input">): string {
  const operation = command.replace(/Command$/, "");
  const single = prefix === "sqs" ? operation.replace(/Batch$/, "") : operation;
  return `${prefix}:${otherActions[single] ?? single}`;
}

/** The parts of an input that name a resource, and nothing of what is sent. */
const named = [
  ...["QueueName", "SourceArn", "TableName", "SecretId", "StackName"],
  ...["FunctionName", "EventSourceArn", "UUID", "TopicArn", "logGroupName"],
] as const;

type Named = Readonly<Partial<Record<(typeof named)[number] | "QueueUrl" | "Bucket" | "Key", string>>> & {
  readonly RequestItems?: object;
};

function resourceOf({ input }: Call): string | undefined {
  const { QueueUrl, Bucket, Key, RequestItems, ...others }: Named = input;
  if (Bucket !== undefined) return `arn:aws:s3:::${Bucket}${Key === undefined ? "" : `/${Key}`}`;
  if (QueueUrl !== undefined) return QueueUrl.split("/").at(-1);
  if (RequestItems !== undefined) return Object.keys(RequestItems)[0];
  const name = named.find((one) => others[one] !== undefined);
  return name === undefined ? undefined : others[name];
}

function remedyOf(action: string, resource: string, isDenied: boolean): string {
  if (isDenied) return "AWS names an explicit deny, which no other policy outweighs";
  if (/^kms:/i.test(action)) return "docs/iam/README.md has the statement for a stage with a key of its own";
  // SNS writes "SNS:Publish".
  const templates = templatesOf(
    action.replace(/^[^:]+/, (service) => service.toLowerCase()),
    resource,
  );
  if (templates.length === 0) return "no template of docs/iam has it";
  return `${templates.join(" and ")} ${templates.length === 1 ? "has" : "have"} it`;
}

type Next = (args: { readonly input: object }) => Promise<unknown>;

/** A client of the SDK, by its steps. Their types differ from client to client. */
export type WatchedClient = { readonly middlewareStack: { add(step: never, options: never): void } };

/** Has a client throw a {@linkcode RefusedCallError} where AWS refuses a call: an error of the SDK does not tell its command. */
export function nameRefusals(client: WatchedClient, prefix: string): void {
  const step =
    (next: Next, { commandName: command = "" }: { readonly commandName?: string }): Next =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw isRefusal(error) ? new RefusedCallError({ prefix, command, input: args.input }, error) : error;
      }
    };
  client.middlewareStack.add(step as never, { step: "initialize", name: "refusals" } as never);
}
