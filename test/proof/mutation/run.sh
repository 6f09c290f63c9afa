#!/bin/sh
# Mutation testing of lambdas/core: each mutant is a small break of it, and a test of test/core or test/providers must
# fail for it. Works in a folder of its own and writes nothing here; Stryker is no dependency of the project.
#
#   sh test/proof/mutation/run.sh                                              everything: what keeps no time, what does
#   sh test/proof/mutation/run.sh /tmp/mutation pure                           in this folder, what keeps no time
#   sh test/proof/mutation/run.sh /tmp/mutation pure lambdas/core/verify/verify.ts    these files alone
#
# The report of every mutant: <folder>/mutation-pure.json and mutation-waits.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
cd "$work"
rm -rf project sandbox
mkdir -p tools project/test
cp "$here/package.json" "$here/package-lock.json" "$here/wording.js" tools/
# The runner starts "node": the project's own. It compiles each file once, and not once a mutant.
PATH="$root/node_modules/.bin:$PATH"
NODE_COMPILE_CACHE="$work/cache"
# A zone that is not UTC: a time without one must not be taken for local.
TZ=Asia/Kolkata
export PATH NODE_COMPILE_CACHE TZ
[ -d tools/node_modules ] || (cd tools && npm ci --ignore-scripts)
cp -r "$root/lambdas" "$root/package.json" "$here/stryker.config.mjs" project/
for part in core providers contract fixtures apart.ts apart-worker.ts seed.ts; do cp -r "$root/test/$part" project/test/; done
# Stryker works in copies of the project beside it: what they import is found from here.
ln -sfn "$root/node_modules" node_modules
cd project
failed=0
for PART in ${2:-pure waits}; do
  export PART
  node ../tools/node_modules/@stryker-mutator/core/bin/stryker.js run ${3:+--mutate "$3"} || failed=1
done
exit $failed
