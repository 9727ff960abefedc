# Building the programs and the page: only what is out of date, one build at a time.
# shellcheck shell=bash

# What `up` needs built; the tests build more.
readonly PROGRAMS="$DAEMON_PROGRAMS $ENDPOINTS migrate yundisk-cli"

# Another checkout of the same sources finds in ccache what this one has compiled.
export CCACHE_BASEDIR=$CHECKOUT CCACHE_NOHASHDIR=1

# The folder of a build may be shared by several homes, so builds wait for each other.
lock_build() {
  mkdir -p -- "$YUNDISK_BUILD" 2>/dev/null ||
    die "$(id -un) may not write in $CHECKOUT, where programs are built." \
      "Set YUNDISK_BUILD to a folder of your own, or make the checkout writable."
  exec 8>"$YUNDISK_BUILD/.lock"
  flock -n 8 && return
  say "  Waiting for another build in $YUNDISK_BUILD"
  flock 8
}

unlock_build() { exec 8>&-; }

# configure PRESET FOLDER
configure() {
  [[ -f $2/build.ninja ]] && return
  cd -- "$CHECKOUT" && cmake --preset "$1" -B "$2"
}

# compile PRESET FOLDER TARGET...
compile() {
  local preset=$1 folder=$2
  shift 2
  configure "$preset" "$folder" && ninja -C "$folder" -j "$(build_jobs)" "$@"
}

build_programs() {
  lock_build
  if [[ ! -x $BIN_DIR/admin ]]; then
    check_free "$YUNDISK_BUILD" "$MIN_FREE_BUILD_MIB" "building"
  fi
  # shellcheck disable=SC2086  # a list of names
  step "Building the programs" "$LOG_DIR/build.log" compile release "$YUNDISK_BUILD" $PROGRAMS ||
    die "The programs could not be built." "The lines above say why; the whole log is $LOG_DIR/build.log"
  build_www
  unlock_build
}
