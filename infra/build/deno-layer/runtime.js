// The program inside an execution environment: loads the function, then asks the Runtime API for one invocation after the
// other. In a local run it stands for Lambda's own, under Node or Deno; in the layer of a stage with `runtime: "deno"` it
// runs on AWS. Plain JavaScript, since an asset may run far from our TypeScript settings.
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const env = process.env;
const api = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const exit = process.exit.bind(process);
let current;

process.on("uncaughtException", (error) => fail(toFailure(error)).finally(() => exit(129)));
process.on("unhandledRejection", (reason) =>
  fail({ ...toFailure(reason), errorType: "Runtime.UnhandledPromiseRejection" }).finally(() => exit(128)),
);

const agent = new Agent({ keepAlive: true });

/** node:http, not fetch: fetch gives up a waiting request after 300 s, and functions replace it. */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request(`${api}${path}`, { method, agent }, (response) => {
      const chunks = [];
      response.once("error", reject).on("data", (chunk) => chunks.push(chunk));
      response.once("end", () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString("utf8") }));
    });
    // A kept connection may be closed by the other side at the moment of its next use: nobody has read the request then.
    const failed = (error) => (sent.reusedSocket ? resolve(call(method, path, body)) : reject(error));
    sent.once("error", failed).end(body);
  });
}

function fail(failure) {
  const path = current ? `/invocation/${current}/error` : "/init/error";
  return call("POST", path, JSON.stringify(failure));
}

function toFailure(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stackTrace: [] };
  return { errorType: error.name, errorMessage: error.message, stackTrace: String(error.stack).split("\n") };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

async function load() {
  const dot = env._HANDLER.lastIndexOf(".");
  const [file, name] = [env._HANDLER.slice(0, dot), env._HANDLER.slice(dot + 1)];
  const path = [".js", ".mjs", ".cjs"].map((end) => join(env.LAMBDA_TASK_ROOT, file + end)).find(existsSync);
  if (!path) throw named("Runtime.ImportModuleError", `Cannot find module '${file}' in ${env.LAMBDA_TASK_ROOT}`);
  const loaded = await import(pathToFileURL(path).href).catch((error) => {
    // Deno reports a module it cannot parse under the code of one it cannot find, the kind in the text.
    if (error instanceof SyntaxError || error?.message?.startsWith("SyntaxError"))
      error.name = "Runtime.UserCodeSyntaxError";
    else if (error?.code === "ERR_MODULE_NOT_FOUND") error.name = "Runtime.ImportModuleError";
    throw error;
  });
  const run = loaded[name] ?? loaded.default?.[name];
  if (typeof run !== "function") {
    throw named("Runtime.HandlerNotFound", `${env._HANDLER} is undefined or not exported as a function`);
  }
  if (run.length >= 3) {
    const text = `${env._HANDLER} takes a callback; Node.js 24 on Lambda runs only (event, context) functions that return`;
    throw named("Runtime.CallbackHandlerDeprecated", text);
  }
  return run;
}

function toContext(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function serialize(result) {
  try {
    return JSON.stringify(result) ?? "null";
  } catch (error) {
    throw named("Runtime.JSONStringifyError", `Unable to stringify response body: ${error.message}`);
  }
}

/** Lambda's JSON format for what goes through console: an object a line, an error with its stack. */
function logJson() {
  const plain = (_, value) => (value instanceof Error ? toFailure(value) : value);
  const line = (level, values) => {
    const fields = { timestamp: new Date().toISOString(), level, requestId: current };
    if (values.length !== 1) {
      const error = values.find((value) => value instanceof Error);
      return JSON.stringify({ ...fields, message: format(...values), ...(error && toFailure(error)) });
    }
    try {
      return JSON.stringify({ ...fields, message: values[0] }, plain);
    } catch {
      return JSON.stringify({ ...fields, message: format(values[0]) });
    }
  };
  const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...values) => process.stdout.write(`${line(level, values)}\n`);
  }
}

if (env.AWS_LAMBDA_LOG_FORMAT === "JSON") logJson();

let run;
try {
  run = await load();
} catch (error) {
  await fail(toFailure(error));
  exit(1);
}
for (;;) {
  const { headers, text } = await call("GET", "/invocation/next").catch(() => exit(0));
  current = headers["lambda-runtime-aws-request-id"];
  env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    const body = serialize(await run(JSON.parse(text), toContext(headers)));
    await call("POST", `/invocation/${current}/response`, body);
  } catch (error) {
    await fail(toFailure(error));
  }
}
