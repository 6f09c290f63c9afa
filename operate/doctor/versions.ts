import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { checked, type Finding } from "./finding.ts";

const root = new URL("../../", import.meta.url);

/** Whether Node (or Deno's word for it) and CDK on this machine are those that this repository is made for. */
export async function checkVersions(): Promise<Finding> {
  return await checked("versions", async () => {
    const { engines, devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    const least = Number(/\d+/.exec(engines.node)?.[0]);
    const node = process.versions.node;
    const host = process.versions.deno === undefined ? `Node ${node}` : `Deno ${process.versions.deno}`;
    // In the package CDK is a peer, which npm checks.
    const wanted: string | undefined = devDependencies?.["aws-cdk-lib"];
    const installed = installedCdk();
    const says = wanted === undefined ? host : `${host}, aws-cdk-lib ${installed ?? "not installed"}`;
    if (Number(node.split(".")[0]) < least) return { state: "FAIL", says, remedy: `use Node ${least} or later` };
    if (wanted === undefined || installed === wanted) return { state: "ok", says };
    return { state: "warn", says: `${says}, not ${wanted}`, remedy: "npm ci" };
  });
}

function installedCdk(): string | undefined {
  const file = new URL("node_modules/aws-cdk-lib/package.json", root);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}
