# ./yundisk test [--quick] [FILTER...]: builds and runs every test; with filters, the suites whose name contains one of them.
# --quick leaves out what takes minutes. ./yundisk test --soak WHAT [--for 2h] [--seed N] goes on with one kind of test for
# long; its last lines are its totals.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"
# shellcheck source=launcher/test_results.sh
. "$CHECKOUT/launcher/test_results.sh"

readonly BUILD_ROOT=${YUNDISK_BUILD%/*}
readonly TEST_LOGS=$BUILD_ROOT/test
readonly ASAN_DIR=$BUILD_ROOT/asan
readonly PLAYER_DIR=$BUILD_ROOT/player
# Time limits in seconds: several times what each takes on two slow cores.
readonly UNIT_LIMIT=180
readonly ASAN_LIMIT=600
readonly NODE_LIMIT=300
readonly STACK_LIMIT=900
readonly FAULT_LIMIT=900
readonly CLUSTER_LIMIT=900
# Of each simulation, sanitised.
readonly SANITISED_SEEDS=50
# The suites that no program of the build makes up.
readonly OTHER_SUITES="tidy www integration cluster browser fault player"

parse_test_options() {
  QUICK='' SOAK='' SOAK_FOR=10m SOAK_SEED='' FILTERS=()
  while (($# > 0)); do
    case $1 in
      --quick) QUICK=yes ;;
      --soak | --for | --seed)
        (($# > 1)) || die "$1 needs a value." "./yundisk test --soak WHAT --for 2h --seed 1"
        ;;&
      --soak) SOAK=$2; shift ;;
      --for) SOAK_FOR=$2; shift ;;
      --seed) SOAK_SEED=$2; shift ;;
      -*) die "test has no option '$1'." "./yundisk help shows the options." ;;
      *) FILTERS+=("$1") ;;
    esac
    shift
  done
}

# wanted NAME: whether the filters let the suite run.
wanted() {
  local filter
  ((${#FILTERS[@]} == 0)) && return
  for filter in "${FILTERS[@]}"; do
    [[ $1 == *"$filter"* ]] && return
  done
  return 1
}

# wants_any GROUP: whether a suite GROUP/... may run, to leave out builds nobody asked for. A filter that names neither a
# group nor another suite is the name of a program, and means the ordinary build of it.
wants_any() {
  local filter
  ((${#FILTERS[@]} == 0)) && return
  for filter in "${FILTERS[@]}"; do
    case $filter in
      "$1" | "$1"/*) return 0 ;;
      unit | unit/* | asan | asan/* | player/*) ;;
      *) [[ $1 == unit && " $OTHER_SUITES " != *" $filter "* ]] && return ;;
    esac
  done
  return 1
}

wants_stack() { wanted integration || wanted cluster || wanted browser || wanted fault || wanted player/desktop; }

# build_tests PRESET FOLDER TARGET...
build_tests() {
  local preset=$1 folder=$2
  YUNDISK_BUILD=$folder lock_build
  step "Building the tests ($preset)" "$TEST_LOGS/build-$preset.log" compile "$@" ||
    die "The tests could not be built." "The lines above say why; the whole log is $TEST_LOGS/build-$preset.log"
  unlock_build
}

# The programs CTest knows in a build folder.
ctest_names() { ctest --test-dir "$1" -N | sed -n 's/^ *Test *#[0-9]*: //p'; }

# run_programs PREFIX FOLDER LIMIT NAME...
run_programs() {
  local prefix=$1 folder=$2 limit=$3 name
  for name in "${@:4}"; do
    run_suite "$prefix/$name" "$limit" \
      ctest --test-dir "$folder" --verbose --timeout "$limit" --tests-regex "^$name\$"
  done
}

run_unit_tests() {
  wants_any unit || return 0
  # shellcheck disable=SC2046  # a list of names
  run_programs unit "$YUNDISK_BUILD" "$UNIT_LIMIT" $(ctest_names "$YUNDISK_BUILD")
}

# The libraries' own tests and the fuzz corpora. The endpoints are thin, the simulation runs apart, with fewer seeds, and what
# takes minutes sanitised belongs to ./yundisk check.
sanitised_names() {
  ctest_names "$1" |
    grep -v -e '_endpoint_test$' -e '^storage_simulation' -e '^cluster_simulation' -e '^storage_faults_test'
}

configure_sanitised() {
  configure asan "$ASAN_DIR" >"$TEST_LOGS/configure-asan.log" 2>&1 ||
    die "The sanitised tests could not be configured." "See $TEST_LOGS/configure-asan.log"
}

# The suites with a stack mostly wait. The sanitised build goes on beside them, with what they leave of the processors;
# run_sanitised_tests waits for it and says what failed. It is a process group of its own, which ends with the tests.
begin_sanitised_build() {
  wants_any asan && wants_stack || return 0
  configure_sanitised
  set -m
  (
    YUNDISK_BUILD=$ASAN_DIR lock_build
    renice -n 19 -p "$BASHPID"
    mapfile -t names < <(sanitised_names "$ASAN_DIR")
    compile asan "$ASAN_DIR" "${names[@]}" storage_simulation cluster_simulation
  ) >"$TEST_LOGS/build-asan-early.log" 2>&1 </dev/null &
  # shellcheck disable=SC2064  # this group, now
  trap "kill -- -$! 2>/dev/null || true" EXIT
  set +m
}

run_sanitised_tests() {
  local names name
  wants_any asan || return 0
  configure_sanitised
  mapfile -t names < <(sanitised_names "$ASAN_DIR")
  build_tests asan "$ASAN_DIR" "${names[@]}" storage_simulation cluster_simulation
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=print_stacktrace=1
  run_programs asan "$ASAN_DIR" "$ASAN_LIMIT" "${names[@]}"
  for name in storage_simulation cluster_simulation; do
    # shellcheck disable=SC2016  # the inner shell fills these in
    run_suite "asan/$name" "$ASAN_LIMIT" bash -c '"$1" --seeds "$2" && echo "ok 1 - $2 seeds"' \
      bash "$ASAN_DIR/bin/$name" "$SANITISED_SEEDS"
  done
  unset ASAN_OPTIONS UBSAN_OPTIONS
}

# node_suite NAME LIMIT FOLDER: a folder of *.test.mjs, with its packages when it has any.
node_suite() {
  local name=$1 limit=$2 folder=$CHECKOUT/$3
  wanted "$name" || return 0
  prepare_node_folder "$folder"
  if [[ -x $folder/run ]]; then
    run_suite "$name" "$limit" "$folder/run"
  else
    run_suite "$name" "$limit" env -C "$folder" node --test --test-concurrency=1
  fi
}

prepare_node_folder() {
  [[ -f $1/package-lock.json ]] || return 0
  npm_is_current "$1" && return
  step "Bringing the packages of ${1#"$CHECKOUT"/}" "$TEST_LOGS/npm.log" npm_ci "$1" ||
    die "npm could not bring the packages of $1." "Check the network (npm ping), then run the same command again."
}

run_page_tests() {
  wanted www || return 0
  prepare_node_folder "$CHECKOUT/www"
  run_suite www "$NODE_LIMIT" env -C "$CHECKOUT/www" npx --no-install vitest run --reporter=tap-flat
}

# A stack of its own for the browser, removed afterwards.
run_browser_tests() {
  wanted browser || return 0
  prepare_node_folder "$CHECKOUT/tests/browser"
  run_suite browser "$STACK_LIMIT" bash "$CHECKOUT/launcher/with_stack.sh" \
    env -C "$CHECKOUT/tests/browser" node --test --test-concurrency=1
}

compile_player() {
  cmake -S "$CHECKOUT/player" -B "$PLAYER_DIR" -G Ninja -DCMAKE_BUILD_TYPE=Release &&
    ninja -C "$PLAYER_DIR" -j "$(build_jobs)"
}

run_player_tests() {
  wants_any player || return 0
  step "Building the player" "$TEST_LOGS/build-player.log" compile_player ||
    die "The player could not be built." "The whole log is $TEST_LOGS/build-player.log"
  # shellcheck disable=SC2046  # a list of names
  run_programs player "$PLAYER_DIR" "$UNIT_LIMIT" $(ctest_names "$PLAYER_DIR")
  YUNDISK_PLAYER=$PLAYER_DIR/bin/yundisk-player node_suite player/desktop "$NODE_LIMIT" tests/player
}

run_all() {
  use_node
  node_suite tidy "$NODE_LIMIT" tests/tidy
  run_page_tests
  if wants_any unit || wants_stack; then build_tests release "$YUNDISK_BUILD" all; fi
  run_unit_tests
  [[ $QUICK ]] && return
  begin_sanitised_build
  if wants_stack; then build_www; fi
  node_suite integration "$STACK_LIMIT" tests/integration
  node_suite cluster "$CLUSTER_LIMIT" tests/cluster
  run_browser_tests
  node_suite fault "$FAULT_LIMIT" tests/fault
  run_player_tests
  run_sanitised_tests
}

# seconds_of DURATION: 90s, 30m and 2h as a number.
seconds_of() {
  [[ $1 =~ ^([1-9][0-9]{0,5})([smh])$ ]] || die "--for $1: it can be a number and s, m or h, such as 90m."
  case ${BASH_REMATCH[2]} in
    s) printf '%d' "${BASH_REMATCH[1]}" ;;
    m) printf '%d' $((BASH_REMATCH[1] * 60)) ;;
    h) printf '%d' $((BASH_REMATCH[1] * 3600)) ;;
  esac
}

# A soak test is a program tests/soak/<name> that is told --seconds N and perhaps --seed N.
soak_names() {
  local file names=()
  for file in "$CHECKOUT"/tests/soak/*; do
    if [[ -f $file && -x $file ]]; then names+=("${file##*/}"); fi
  done
  printf '%s' "${names[*]}"
}

# Before anything is installed or built: what the command line says.
check_soak() {
  [[ $SOAK ]] || { [[ ! $SOAK_SEED ]] || die "--seed is for --soak."; return 0; }
  [[ " $(soak_names) " == *" $SOAK "* ]] || die "There is no soak test '$SOAK'." "There are: $(soak_names)"
  [[ ! $SOAK_SEED || $SOAK_SEED =~ ^[0-9]{1,18}$ ]] || die "--seed $SOAK_SEED: it can be a whole number."
  seconds_of "$SOAK_FOR" >/dev/null
}

# The package list that a soak needs beside those of the tests: clang.
soak_list() { [[ $SOAK != fuzz ]] || printf check; }

run_soak() {
  local options
  options=(--seconds "$(seconds_of "$SOAK_FOR")")
  if [[ $SOAK_SEED ]]; then options+=(--seed "$SOAK_SEED"); fi
  use_node
  build_tests release "$YUNDISK_BUILD" all
  build_www
  exec "$CHECKOUT/tests/soak/$SOAK" "${options[@]}"
}

command_test() {
  local start=$SECONDS
  parse_test_options "$@"
  check_soak
  check_system
  check_paths
  mkdir -p -- "$TEST_LOGS"
  # What the launcher itself writes while testing goes with the tests' logs, not into a home.
  LOG_DIR=$TEST_LOGS
  check_free "$CHECKOUT" "$MIN_FREE_TEST_MIB" "testing"
  # shellcheck disable=SC2046  # a word or none each
  install_packages build run test player $(npm_list) $(soak_list)
  if [[ $SOAK ]]; then run_soak; fi
  run_all
  ((PASSED + FAILED + SKIPPED > 0)) || die "No test is called that: ${FILTERS[*]}"
  printf '\nin %s' "$(duration $((SECONDS - start)))"
  print_totals
}
