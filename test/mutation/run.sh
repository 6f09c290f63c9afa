#!/bin/sh
# Mutation testing of lambdas/core: each mutant is a small break of it, and a test of test/core or test/providers must
# fail for it. Works in a folder of its own and writes nothing here; Stryker is no dependency of the project.
#
#   sh test/mutation/run.sh                                         everything
#   sh test/mutation/run.sh /tmp/mutation lambdas/core/verify.ts    in this folder, these files alone
#
# The report of every mutant: <folder>/mutation.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/tools" "$work/project/test"
cd "$work"
cp "$here/package.json" "$here/package-lock.json" "$here/wording.js" tools/
# The runner starts "node": the project's own.
PATH="$root/node_modules/.bin:$PATH"
export PATH
[ -d tools/node_modules ] || (cd tools && npm ci --ignore-scripts)
rm -rf project/lambdas project/test/*
cp -r "$root/lambdas" "$root/package.json" "$here/stryker.config.json" project/
for part in core providers contract seed.ts; do cp -r "$root/test/$part" project/test/; done
# Stryker works in copies of the project beside it: what they import is found from here.
ln -sfn "$root/node_modules" node_modules
cd project
exec node ../tools/node_modules/@stryker-mutator/core/bin/stryker.js run ${2:+--mutate "$2"}
