#!/bin/bash
# with_stack.sh COMMAND...: runs a command with a yundisk of its own, told by the variables of ./yundisk env, and removes it.
set -euo pipefail

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
home=$(mktemp -d "${YUNDISK_TEST_SCRATCH:-/tmp}/yd-XXXXXX")
export YUNDISK_HOME=$home

finish() {
  "$checkout/yundisk" down || true
  rm -rf -- "$home"
}
trap finish EXIT

"$checkout/yundisk" up --ports auto --no-install
eval "$("$checkout/yundisk" env)"
"$@"
