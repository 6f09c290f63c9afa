import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";

/** The one table: ingress records (`in#…`) and processing records (`ev#…`), small, on demand, expiring by TTL. */
export function createDedupeTable(scope: Construct, props: { readonly removeData: boolean }): Table {
  return new Table(scope, "Table", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: "ex",
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: !props.removeData,
    removalPolicy: props.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}
