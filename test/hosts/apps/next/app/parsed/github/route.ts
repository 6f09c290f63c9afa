import { receiveParsed } from "../../../receiver.ts";

export async function POST(request: Request): Promise<Response> {
  await request.json();
  return await receiveParsed(request);
}
