#!/bin/bash
# with_stack.sh [OPTION... --] COMMAND...: runs a command with a yundisk of its own, told by the variables of ./yundisk env,
# and removes it. The options go to ./yundisk up: with_stack.sh --profile cluster -- COMMAND
set -euo pipefail

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
options=()
if [[ $1 == -* ]]; then
  while [[ $1 != -- ]]; do options+=("$1"); shift; done
  shift
fi
home=$(mktemp -d "${YUNDISK_TEST_SCRATCH:-/tmp}/yd-XXXXXX")
export YUNDISK_HOME=$home

finish() {
  "$checkout/yundisk" down || true
  rm -rf -- "$home"
}
trap finish EXIT

"$checkout/yundisk" up --ports auto --no-install "${options[@]}"
eval "$("$checkout/yundisk" env)"
"$@"
