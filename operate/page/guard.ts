import { randomBytes, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** The access to a page: the name under which its browser asks for it, and the token of this run. */
type Access = {
  /** `hookline-<random>.localhost:<port>`. */
  readonly host: string;
  readonly token: string;
};

const cookieName = "hookline-page";

/**
 * A random name of this machine. A browser gives a cookie to every port of a name, and every server of this machine is a port of
 * `localhost`: under a name of its own the cookie goes nowhere else.
 */
export function newAccess(port: number): Access {
  return {
    host: `hookline-${randomBytes(8).toString("hex")}.localhost:${port}`,
    token: randomBytes(32).toString("base64url"),
  };
}

/** Markup that came with an event has nothing to run or to load: neither script nor style in the page, no other host, no frame. */
const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "connect-src 'self'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'"],
  ...["base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types hookline"],
].join("; ");

const headers: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // `no-referrer` would have Chromium send `Origin: null` with the page's own forms.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Lets the browser in that was given the address with the token, and nobody else: the token is exchanged for a cookie. Any other
 * host name is refused, which ends rebinding, and any other origin.
 */
export function guard({ host, token }: Access): MiddlewareHandler {
  const own = `http://${host}`;
  return async (context, next) => {
    const refused = (status: 403 | 421, says: string) => context.text(`${says}\n`, status, headers);
    if (context.req.header("host") !== host) return refused(421, "This page has another name");
    const origin = context.req.header("origin");
    const isReading = context.req.method === "GET";
    if (origin === undefined ? !isReading : origin !== own) return refused(403, "Another page may not ask this one");
    const given = context.req.query("token");
    if (given !== undefined && isReading) {
      if (!isEqual(given, token)) return refused(403, "This is not the token of this run");
      const cookie = `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`;
      return context.body(null, 303, { ...headers, location: "/", "set-cookie": cookie });
    }
    if (!cookiesOf(context.req.header("cookie")).some((value) => isEqual(value, token))) {
      return refused(403, "Open the address that the command has printed");
    }
    // HEAD would run a page without its answer: it begins a plan, and a live part that nobody ends.
    if (!isReading && context.req.method !== "POST") {
      return context.text("This page takes GET and POST\n", 405, { ...headers, allow: "GET, POST" });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  };
}

function cookiesOf(header = ""): readonly string[] {
  return header
    .split(/; ?/)
    .flatMap((one) => (one.startsWith(`${cookieName}=`) ? [one.slice(cookieName.length + 1)] : []));
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
