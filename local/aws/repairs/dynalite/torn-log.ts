/**
 * dynalite 4.0.0, index.js:408: throws what a write fails with, and the process ends. LevelDB itself takes writes after one that
 * has failed, and loses them at its next opening, since they lie behind a torn record of its log.
 * AWS answers a fault of its own 500, and keeps what it has acknowledged.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
import type { RequestListener } from "node:http";
import type { Database } from "./dynalite.d.ts";

type Done = (error: Error | null, ...rest: unknown[]) => void;

const writes = ["put", "del", "batch"] as const;

/**
 * Has a LevelDB database outlive a full disk: no write counts after one that failed until the database has been opened again,
 * which is tried at every request; meanwhile they are answered 500.
 *
 * @returns What goes around the listener whose requests write.
 */
export function repairTornLog(database: Database): (serve: RequestListener) => RequestListener {
  let torn = false;
  let mending: Promise<void> | undefined;
  let last = Promise.resolve();
  let underWay = 0;
  let idle = () => {};

  // One at a time: another that is under way with the one that fails could end well behind it.
  for (const name of writes) {
    const write = database[name];
    database[name] = (...given) => {
      const done = given.pop() as Done;
      last = last.then(
        () =>
          new Promise((next) => {
            const ended: Done = (error, ...rest) => {
              torn ||= error !== null;
              next();
              done(error && asFault(error), ...rest);
            };
            if (torn) setImmediate(ended, new Error("A write before this one has failed"));
            else write(...given, ended);
          }),
      );
    };
  }

  /** Opens the database again, as soon as no read or write is running. */
  async function mend(): Promise<void> {
    if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve));
    // Not by the methods on it: dynalite's refuse everything after a close.
    const { close, open } = Object.getPrototypeOf(database) as Record<"close" | "open", () => Promise<void>>;
    await close.call(database);
    await open.call(database);
    torn = false;
  }

  return (serve) => (request, response) => {
    const pass = () => {
      underWay += 1;
      let counted = true;
      const leave = () => {
        if (counted) underWay -= 1;
        counted = false;
        if (underWay === 0) idle();
      };
      const { end } = response;
      // Not at its "close": what a client that has gone has asked for is done all the same.
      response.end = ((...given: Parameters<typeof end>) => {
        leave();
        return end.apply(response, given);
      }) as typeof end;
      response.once("close", () => request.complete || leave());
      serve(request, response);
    };
    if (!torn) return pass();
    mending ??= mend().finally(() => {
      mending = undefined;
    });
    mending.then(pass, (error: Error) => {
      request.resume();
      const { statusCode, body } = asFault(error);
      response.writeHead(statusCode, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
  };
}

/** As dynalite answers a failure, in place of a throw. */
function asFault(error: Error) {
  const __type = "com.amazonaws.dynamodb.v20120810#InternalServerError";
  return Object.assign(error, { statusCode: 500, body: { __type, message: error.message } });
}
