import { receive } from "../../../../receiver.ts";

export const POST = receive;
