import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, CfnTable, type ITable, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

const partitionKey = { name: "pk", type: AttributeType.STRING } as const;
const timeToLiveAttribute = "ex";

/** The one table: ingress records (`in#…`) and processing records (`ev#…`), small, on demand, expiring by TTL. */
export function createDedupeTable(
  scope: Construct,
  props: { readonly removeData: boolean; readonly encryptionKey?: IKey },
): Table {
  const { removeData, encryptionKey } = props;
  return new Table(scope, "Table", {
    partitionKey,
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...(encryptionKey === undefined ? {} : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    deletionProtection: !removeData,
    removalPolicy: removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}

/**
 * Checks that a table can hold the records, as far as the app knows it: one that is imported by its name is not looked
 * at.
 *
 * @throws {TypeError} With what it must have, what it has, and the remedy.
 */
export function checkDedupeTable(table: ITable): void {
  const cfn = table.node.defaultChild;
  if (!(cfn instanceof CfnTable)) return;
  const { keySchema, timeToLiveSpecification: ttl } = Stack.of(table).resolve({
    keySchema: cfn.keySchema,
    timeToLiveSpecification: cfn.timeToLiveSpecification,
  });
  const keys = (keySchema ?? []).map((key: { readonly attributeName: string }) => key.attributeName).join(", ");
  const must = (holds: boolean, expected: string, received: string) => {
    if (holds) return;
    throw new TypeError(
      `Cannot use table ${table.node.path}: it must have ${expected}, received ${received}; leave \`table\` out to get one made`,
    );
  };
  must(keys === partitionKey.name, `the partition key "${partitionKey.name}" and no sort key`, `"${keys}"`);
  const attribute = ttl?.attributeName;
  must(
    attribute === timeToLiveAttribute,
    `"${timeToLiveAttribute}" as its time to live`,
    `${JSON.stringify(attribute)}`,
  );
}
