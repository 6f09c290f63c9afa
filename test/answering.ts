import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/**
 * A test's server. A client that goes before its body was read, as a process that ends while others of its calls are under
 * way does, is no fault of the test. Whatever else `answer` rejects with fails the test that runs.
 */
export function answering(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Server {
  return createServer(async (request, response) => {
    try {
      await answer(request, response);
    } catch (error) {
      if (request.errored === null || error !== request.errored) throw error;
    }
  });
}
