// Type-checks the payload types of docs/using.md against the packages that publish them.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const [root = ""] = process.argv.slice(2);
const page = readFileSync(join(root, "docs/using.md"), "utf8");
const [, stripe] = /```ts\n([^`]*from "stripe"[^`]*)```/.exec(page) ?? [];
if (stripe === undefined) throw new Error("docs/using.md shows no payload type of Stripe");
writeFileSync("payload-stripe.ts", stripe);
writeFileSync(
  "payload-github.ts",
  `import { processor } from "@hookline/hookline";
import type { PushEvent } from "@octokit/webhooks-types";

export default processor<PushEvent>({ impact: "Pushes are not announced" }, async ({ payload, log }) => {
  log.info("pushed", { repository: payload.repository.full_name, commits: payload.commits.length });
});
`,
);
const options = {
  extends: join(root, "tsconfig.json"),
  compilerOptions: {
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: { "@hookline/hookline": [join(root, "lambdas/core/mod.ts")] },
    typeRoots: [join(root, "node_modules/@types")],
  },
  include: ["payload-*.ts"],
};
writeFileSync("tsconfig.payload.json", JSON.stringify(options));
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.payload.json"], { stdio: "inherit" });
console.log("payload types: the code of docs/using.md fits stripe and @octokit/webhooks-types");
