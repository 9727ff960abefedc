# ./yundisk bench [--quick] [--only NAME]...: measures against the yardsticks and writes docs/performance.md.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

readonly YARDSTICKS="bench_echo bench_fdatasync bench_client_load bench_shared_log bench_wire_load"

command_bench() {
  check_environment
  # shellcheck disable=SC2046  # one word or none
  install_packages build run bench $(npm_list)
  lock_build
  # shellcheck disable=SC2086  # lists of names
  step "Building the programs and the yardsticks" "$LOG_DIR/build.log" \
    compile release "$YUNDISK_BUILD" $PROGRAMS $YARDSTICKS ||
    die "The programs could not be built." "The lines above say why; the whole log is $LOG_DIR/build.log"
  build_www
  unlock_build
  use_node
  exec "$CHECKOUT/bench/run" "$@"
}
