import { Buffer } from "node:buffer";
import { type Finding, failed, passed } from "./checks.ts";
import type { Posted } from "./courier.ts";
import type { Sender } from "./sender.ts";

/** Lines of a stack, as Node, Python, Java, PHP, Go and Ruby write them. */
const stacks: readonly RegExp[] = [
  /\bat (?:async )?(?:[^()\n]{1,200}\()?[^\s()]+\.[cm]?[jt]sx?:\d+:\d+/,
  /Traceback \(most recent call last\)|File \\?"[^"]+\\?", line \d+/,
  /\bat [\w$.]+\([\w$]+\.(?:java|kt|scala):\d+\)/,
  /#\d+ \S+\.php\(\d+\)|\.php on line \d+/,
  /goroutine \d+ \[\w+\]:/,
  /\.rb:\d+:in\b/,
];

const leastLength = 8;

/** Whether any answer shows a secret, an expected signature or a stack. The text itself is not repeated. */
export async function checkLeaks(posts: readonly Posted[], sender: Sender, secret: string): Promise<Finding> {
  const leaks = (await Promise.all(posts.map((posted) => leaksOf(posted, sender, secret)))).flat();
  if (leaks.length === 0) return passed("no-leaks", `${posts.length} answers were read`);
  return failed("no-leaks", `${[...new Set(leaks)].join(", and ")}, in answers to ${posts.length} deliveries`);
}

/** In words; empty where nothing. */
async function leaksOf(posted: Posted, sender: Sender, secret: string): Promise<readonly string[]> {
  if (posted.status === undefined) return [];
  const { said } = posted;
  const tells = (texts: readonly string[]) => texts.some((text) => text.length >= leastLength && said.includes(text));
  return [
    ...(tells(spellings(secret)) ? ["the secret"] : []),
    ...(tells(await expectedSignature(posted, sender)) ? ["the signature that was expected"] : []),
    ...(stacks.some((stack) => stack.test(said)) ? ["a stack"] : []),
  ];
}

function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const bare = secret.replace(/^(?:v1,)?whsec_/, "");
  return [secret, bare, bytes.toString("base64"), bytes.toString("hex"), encodeURIComponent(secret)];
}

/** The right signature for this body and time, without texts that were sent. */
async function expectedSignature({ delivery, at }: Posted, sender: Sender): Promise<readonly string[]> {
  const right = await sender.sign(delivery, at).catch(() => undefined);
  const sent = [...delivery.headers.values()].join("\n");
  const texts = [...(right?.headers.values() ?? [])].flatMap((text) => text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []);
  return texts.filter((text) => !sent.includes(text));
}
