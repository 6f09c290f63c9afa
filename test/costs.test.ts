import "./cost/bill.test.ts";
import "./cost/counts.test.ts";
import "./cost/scale.test.ts";
import "./examples/cdk-app.test.ts";
import "./examples/hosts.test.ts";
import "./rules/readme.test.ts";
