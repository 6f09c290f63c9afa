#!/bin/sh
# The providers' own SDKs, against Hookline: makes test/vectors/<provider>/signed.json, compares every variant of the
# shared suite, and writes agreement.json and docs/measured/agreement.md. The SDKs are installed in a folder of their own (some
# 550 MB); they are no dependency of the project, and nothing of theirs runs in its tests.
#
#   sh test/vectors/tools/run.sh                     everything, in a new folder
#   sh test/vectors/tools/run.sh /tmp/sdks           in this folder, where they may be installed already
#   sh test/vectors/tools/run.sh /tmp/sdks stripe    one provider, beside what there is of the others
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=${1:-$(mktemp -d)}
[ $# -eq 0 ] || shift
mkdir -p "$work"
cp "$here"/* "$work/"
cd "$work"
PATH="$root/node_modules/.bin:$PATH"
export PATH
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund
node make.js "$root" "$@"
node agree.js "$root" "$@"
node payload-types.js "$root"
cd "$root"
biome check --write test/vectors
