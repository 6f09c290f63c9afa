import { POST as receive } from "../../../whatalo.ts";

export async function POST(request: Request): Promise<Response> {
  await request.json();
  return await receive(request);
}
