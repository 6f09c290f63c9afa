import type { Delivery } from "../../lambdas/core/provider.ts";
import type { CheckName } from "./checks.ts";
import type { Signed } from "./courier.ts";
import { isJson, type Sender } from "./sender.ts";

/** Deliveries that must be refused. */
export type Forgery = {
  readonly check: CheckName;
  /** None where there is nothing to forge. As many, and in the same order, by any secret. */
  readonly make: (sender: Sender, now: Date) => Promise<readonly Signed[]>;
  /** Why it is not tried where the provider's scheme itself lets it pass, or there is nothing to forge. */
  readonly skipped: (title: string) => string;
  /** Posts only the first delivery that the scheme refuses. */
  readonly isFirstEnough?: true;
};

const notCovered = (title: string) => `${title} does not sign the body`;
const noWindow = (title: string) => `${title} signs no time: recognise a replay by the event's id`;

export const forgeries: readonly Forgery[] = [
  {
    check: "unsigned",
    make: async (sender, at) => [{ delivery: sender.compose(), at }],
    skipped: (title) => `${title} signs nothing`,
  },
  {
    check: "other-secret",
    make: async (sender, at) => [{ delivery: await sender.signByOther(sender.compose(), at), at }],
    skipped: (title) => `${title} signs with a key that is public`,
  },
  {
    check: "cut-signature",
    make: (sender, at) => withHeader(sender, at, cut),
    skipped: (title) => `${title} has no signature in a header`,
  },
  {
    check: "other-version",
    make: (sender, at) => withHeader(sender, at, (text) => relabel(text, sender)),
    skipped: (title) => `${title} has no version in its signature`,
  },
  {
    check: "changed-value",
    make: (sender, at) => withBody(sender, at, changeValue),
    skipped: notCovered,
  },
  {
    check: "equal-json",
    make: async (sender, at) => [
      ...(await withBody(sender, at, (text) => text.replace(/^[{[]/, "$& "), isJson)),
      ...(await withBody(sender, at, (text) => `${text}\n`, isJson)),
    ],
    skipped: (title) => `${title} signs no JSON byte by byte`,
  },
  { check: "stale", make: (sender, now) => atOffsets(sender, now, -1), skipped: noWindow, isFirstEnough: true },
  { check: "future", make: (sender, now) => atOffsets(sender, now, 1), skipped: noWindow, isFirstEnough: true },
];

/** How far off a time is, in hours: the least that the provider's own window refuses is posted. */
const offsetHours = [1, 24, 192];

async function atOffsets(sender: Sender, now: Date, direction: 1 | -1): Promise<readonly Signed[]> {
  const times = offsetHours.map((hours) => new Date(now.getTime() + direction * hours * 3_600_000));
  return await Promise.all(times.map(async (at) => ({ delivery: await sender.sign(sender.compose(), at), at })));
}

/** A right delivery with its signature's header changed. */
async function withHeader(
  sender: Sender,
  at: Date,
  change: (text: string) => string | undefined,
): Promise<readonly Signed[]> {
  const unsigned = sender.compose();
  const signed = await sender.sign(unsigned, at);
  const name = signatureHeader(sender, unsigned, signed);
  const text = name === undefined ? undefined : change(signed.headers.get(name) ?? "");
  if (name === undefined || text === undefined) return [];
  const headers = new Headers(signed.headers);
  headers.set(name, text);
  return [{ delivery: { ...signed, headers }, at }];
}

/** Where a provider signs by a function, the longest header that it added. */
function signatureHeader({ provider }: Sender, unsigned: Delivery, signed: Delivery): string | undefined {
  const scheme = provider.verification;
  if (typeof scheme === "object") return [scheme.signature].flat()[0]?.header;
  const added = [...signed.headers].filter(([name]) => !unsigned.headers.has(name));
  return added.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** By 8 characters: one or two less may decode to the same bytes. */
function cut(text: string): string {
  return text.slice(0, Math.max(1, text.length - 8));
}

function relabel(text: string, { provider: { verification } }: Sender): string | undefined {
  const label = typeof verification === "object" ? [verification.signature].flat()[0]?.take : undefined;
  if (label === undefined || !/^v\d/.test(label)) return undefined;
  return text.replace(label, label.replace(/\d/, "9"));
}

/** A right delivery with its body changed after signing. */
async function withBody(
  sender: Sender,
  at: Date,
  change: (text: string) => string,
  fits: (delivery: Delivery) => boolean = () => true,
): Promise<readonly Signed[]> {
  const signed = await sender.sign(sender.compose(), at);
  if (!fits(signed)) return [];
  const body = new TextEncoder().encode(change(new TextDecoder().decode(signed.body)));
  return [{ delivery: { ...signed, body }, at }];
}

/** Changes the last character of the last text value: JSON stays JSON, and a form a form. */
function changeValue(text: string): string {
  const [last] = [...text.matchAll(/:"[^"\\]*[0-9A-Za-z](?=")/g)].slice(-1);
  const end = last === undefined ? text.search(/[0-9A-Za-z][^0-9A-Za-z]*$/) : last.index + last[0].length - 1;
  return text.slice(0, end) + (text[end] === "7" ? "8" : "7") + text.slice(end + 1);
}
