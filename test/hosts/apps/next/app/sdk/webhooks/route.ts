export { POST } from "../../../whatalo.ts";
