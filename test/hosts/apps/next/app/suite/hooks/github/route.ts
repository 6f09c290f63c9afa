import { receive } from "../../../../receiver.ts";

export const POST = (request: Request): Promise<Response> => receive(request);
