/** One function as the template describes it. `environment` is all that the function sees, except Lambda's own variables. */
export type FunctionDefinition = {
  readonly name: string;
  /** `$LATEST` when left out */
  readonly version?: string;
  /** absolute asset directory; the child's working directory, as /var/task on AWS */
  readonly directory: string;
  /** file without ending, a dot, the export: `index.handler` */
  readonly entry: string;
  /** The program that starts it in place of the present Node or Deno: that of a layer. */
  readonly bootstrap?: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Whether the function's lines of `console` are JSON objects, as its `LoggingConfig` says; text when left out. */
  readonly logsJson?: boolean;
  /** may set AWS_REGION and the AWS key variables; the rest of Lambda's own variables win over it */
  readonly environment: Readonly<Record<string, string>>;
};

export type InvokeFailure = { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

export type InvokeResult = { readonly ok: true; readonly payload: unknown } | InvokeFailure;

export type LambdaLine = {
  readonly functionName: string;
  readonly pid: number;
  readonly kind: "start" | "stdout" | "stderr" | "timeout" | "exit" | "error";
  readonly text: string;
};
