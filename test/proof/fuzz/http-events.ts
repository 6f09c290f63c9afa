import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Draft } from "./drafts.ts";

/** The event that a function URL makes of a request: text where the body is text, base64 else. */
export function eventOf({ method, path, body, headers, travels }: Draft, asText: boolean): APIGatewayProxyEventV2 {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const isText = asText && Buffer.from(bytes.toString("utf8"), "utf8").equals(bytes);
  const flag = travels === "flagged wrongly" ? isText : !isText;
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: Object.fromEntries(headers),
    requestContext: {
      domainName: "abc.lambda-url.eu-central-1.on.aws",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "" },
    },
    ...(travels === "not at all" ? {} : { body: bytes.toString(isText ? "utf8" : "base64") }),
    ...(travels === "flagged as nothing" ? {} : { isBase64Encoded: flag }),
  };
  return event as unknown as APIGatewayProxyEventV2;
}
