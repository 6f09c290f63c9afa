import { BlockList, isIP } from "node:net";
import { defined } from "../core/bytes/defined.ts";
import type { Provider } from "../core/provider.ts";
import type { Source } from "../core/source.ts";
import { optionalEnv } from "./env.ts";

/** A stage's settings of a source; `HOOKLINE_SOURCES` holds them as JSON, by source. */
export type SourceSettings = {
  /**
   * The URL, letter by letter, as it is registered with a provider that signs it (Square, HubSpot, Twilio). Without it
   * their deliveries are answered 503.
   */
  readonly registeredUrl?: string;
  /** The window around now for the signed time, in place of the provider's. Defaults to that of the provider's scheme. */
  readonly toleranceSeconds?: number;
  /** The most bytes of a body. Defaults to 6 MiB, or the provider's own limit where that is smaller. */
  readonly bodyLimitBytes?: number;
  /** The only addresses that may deliver; checked after the signature. Defaults to all. */
  readonly allowedIps?: readonly string[];
  /** `only` ignores events that the provider marks as tests. Defaults to `both`. */
  readonly livemode?: "only" | "both";
  /**
   * An event that a queue does not take waits in the bucket and is answered 200. Without it, the answer is 503, and the event
   * is lost where the provider does not retry. Defaults to true for a stage with an archive, and for a provider that gives up
   * within an hour.
   */
  readonly spill?: boolean;
};

/** The settings of the sources in the environment, by source. */
export function sourceSettings(): Readonly<Record<string, SourceSettings>> {
  return JSON.parse(optionalEnv("sources") ?? "{}");
}

/** A provider that retries for so long or less has given up before somebody has mended a queue. */
const hardlyRetriesHours = 1;

/** Whether the events of a source spill. */
export function spills(
  { spill }: SourceSettings = {},
  { retryHours }: Pick<Provider, "retryHours">,
  hasArchive: boolean,
): boolean {
  return spill ?? (hasArchive || retryHours <= hardlyRetriesHours);
}

/**
 * The options of a source, from its settings.
 *
 * @example
 * ```ts
 * import { sourceOptions } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * const { liveOnly, allows } = sourceOptions({ livemode: "only", allowedIps: ["192.0.2.0/24"] });
 * equal(liveOnly, true);
 * equal(allows?.("192.0.2.7"), true);
 * ```
 */
export function sourceOptions(
  settings: SourceSettings = {},
): Pick<Source, "url" | "toleranceSeconds" | "bodyLimitBytes" | "allows" | "liveOnly"> {
  const { registeredUrl, toleranceSeconds, bodyLimitBytes, allowedIps, livemode } = settings;
  return {
    ...defined({ url: registeredUrl, toleranceSeconds, bodyLimitBytes, allows: allowedIps && allowsOnly(allowedIps) }),
    ...(livemode === "only" ? { liveOnly: true } : {}),
  };
}

/**
 * Whether an address is one of these, or in one of these ranges.
 *
 * @throws {TypeError} When one of them is neither.
 *
 * @example
 * ```ts
 * import { allowsOnly } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * const allows = allowsOnly(["192.0.2.0/24", "2001:db8::1"]);
 * equal(allows("192.0.2.255"), true);
 * equal(allows("2001:db8::2"), false);
 * ```
 */
export function allowsOnly(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/", 2);
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (version === 0 || !(bits >= 0 && bits <= most)) {
      throw new TypeError(`Cannot allow "${range}": expected an IP address or a range such as 192.0.2.0/24`);
    }
    list.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}
