/** A partition of AWS, with accounts, regions and host names of its own. */
type Partition = {
  /** Its name in an ARN. */
  readonly name: string;
  /** The prefix of its regions. */
  readonly regions: string;
  /** The suffix of its services' host names. */
  readonly urlSuffix: string;
  /** The host of its console, after the name of a region. */
  readonly consoleHost: string;
};

const commercial: Partition = {
  ...{ name: "aws", regions: "", urlSuffix: "amazonaws.com", consoleHost: "console.aws.amazon.com" },
};

/**
 * All partitions; this is the only place that lists them. It is in core since a provider has to tell hosts of AWS from others.
 * Unverified: the consoles of the four that are closed to the public (`aws-iso…`).
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html (2026-11)
 * @see https://github.com/aws/aws-sdk-js-v3 (2026-11), `partitions.js` of `@aws-sdk/core`
 */
export const partitions: readonly Partition[] = [
  commercial,
  { name: "aws-cn", regions: "cn-", urlSuffix: "amazonaws.com.cn", consoleHost: "console.amazonaws.cn" },
  { name: "aws-us-gov", regions: "us-gov-", urlSuffix: "amazonaws.com", consoleHost: "console.amazonaws-us-gov.com" },
  { name: "aws-iso", regions: "us-iso-", urlSuffix: "c2s.ic.gov", consoleHost: "console.c2shome.ic.gov" },
  { name: "aws-iso-b", regions: "us-isob-", urlSuffix: "sc2s.sgov.gov", consoleHost: "console.sc2shome.sgov.gov" },
  { name: "aws-iso-e", regions: "eu-isoe-", urlSuffix: "cloud.adc-e.uk", consoleHost: "console.csphome.adc-e.uk" },
  { name: "aws-iso-f", regions: "us-isof-", urlSuffix: "csp.hci.ic.gov", consoleHost: "console.csphome.hci.ic.gov" },
  { name: "aws-eusc", regions: "eusc-", urlSuffix: "amazonaws.eu", consoleHost: "console.amazonaws-eusc.eu" },
];

/** The partition with this name in an ARN; undefined where there is none. */
export function partitionNamed(name: string | undefined): Partition | undefined {
  return partitions.find((one) => one.name === name);
}

/** The partition of a region; `aws` where the region has no other's prefix. */
export function partitionOf(region: string): Partition {
  return partitions.find(({ regions }) => regions !== "" && region.startsWith(regions)) ?? commercial;
}

/** The URL of the queue that an ARN names, `arn:aws:sqs:<region>:<account>:<name>`. */
export function queueUrlOf(arn: string): string {
  const [, name, , region = "", account, queue] = arn.split(":");
  // A partition newer than this list: its region is the only hint.
  const { urlSuffix } = partitionNamed(name) ?? partitionOf(region);
  return `https://sqs.${region}.${urlSuffix}/${account}/${queue}`;
}
