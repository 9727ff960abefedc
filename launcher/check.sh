# ./yundisk check [STEP...]: what a change must pass beyond the tests: format, clang-tidy, header self-sufficiency, the
# sanitisers, fuzzing, shellcheck and the page's linters. Without names all steps run; each says what it found, a summary
# ends it. Builds of its own, below build/.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

readonly CHECK_STEPS="format shell page tidy headers lint asan tsan fuzz"
readonly CHECK_ROOT=${YUNDISK_BUILD%/*}
readonly CHECK_LOGS=$CHECK_ROOT/check
readonly FUZZ_SECONDS=15
readonly FUZZ_MAX_BYTES=65536

# Files of the repository by their endings, as a list with NUL between them.
sources() { git -C "$CHECKOUT" ls-files -z -- "$@"; }

check_format() {
  cd -- "$CHECKOUT" || return
  sources '*.cc' '*.h' | xargs -0 clang-format-14 --dry-run --Werror
}

check_shell() {
  cd -- "$CHECKOUT" || return
  { sources '*.sh' 'yundisk'; git grep -lz -E '^#!.*\b(ba)?sh$' -- ':!*.sh' ':!yundisk'; } |
    xargs -0 shellcheck --external-sources
}

check_page() {
  npm_ci "$CHECKOUT/www"
  cd -- "$CHECKOUT/www" || return
  npm run lint
}

check_tidy() { node --test "$CHECKOUT/tests/tidy"; }

# Every header compiles by itself.
check_headers() { compile dev "$CHECK_ROOT/dev" all_verify_interface_header_sets; }

# clang-tidy over every source, with what the compiler is told about it. What .clang-tidy says about includes is done here.
check_lint() {
  local found=$CHECK_LOGS/lint.txt status=0
  configure dev "$CHECK_ROOT/dev"
  cd -- "$CHECKOUT" || return
  sources 'common/*.cc' 'storage_core/*.cc' 'cgi/*.cc' |
    xargs -0 -n 1 -P "$(build_jobs)" clang-tidy-19 -p "$CHECK_ROOT/dev" --quiet >"$found" || status=$?
  # 123: it found something in a source. Anything else: it did not run.
  ((status == 0 || status == 123)) || return 1
  ! grep -E ' (warning|error): ' "$found" | grep -v 'no header providing'
}

# check_sanitised PRESET
check_sanitised() {
  compile "$1" "$CHECK_ROOT/$1" all
  ctest --test-dir "$CHECK_ROOT/$1" --output-on-failure --timeout 600
}

check_asan() {
  UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_stack_use_after_return=1 check_sanitised asan
}

check_tsan() { TSAN_OPTIONS=halt_on_error=1:suppressions=$CHECKOUT/tests/tsan.supp check_sanitised tsan; }

# Every target for a short time, from its corpus; what it finds new stays beside the build.
check_fuzz() {
  local corpus name found
  configure fuzz "$CHECK_ROOT/fuzz"
  for corpus in "$CHECKOUT"/tests/fuzz/corpus/*/; do
    name=$(basename -- "$corpus")
    ninja -C "$CHECK_ROOT/fuzz" -j "$(build_jobs)" "$name"
    found=$CHECK_ROOT/fuzz/found/$name
    mkdir -p -- "$found"
    "$CHECK_ROOT/fuzz/bin/$name" -max_total_time="$FUZZ_SECONDS" -max_len="$FUZZ_MAX_BYTES" -timeout=10 \
      -artifact_prefix="$found/crash-" "$found" "$corpus"
  done
}

check_title() {
  case $1 in
    format) printf 'clang-format' ;;
    shell) printf 'shellcheck' ;;
    page) printf 'the linters of the page' ;;
    tidy) printf 'the rules of the repository' ;;
    headers) printf 'headers compile by themselves' ;;
    lint) printf 'clang-tidy' ;;
    asan) printf 'AddressSanitizer and UndefinedBehaviorSanitizer' ;;
    tsan) printf 'ThreadSanitizer' ;;
    fuzz) printf 'fuzzing, %s s each' "$FUZZ_SECONDS" ;;
  esac
}

# require_steps NAME...
require_steps() {
  local name
  for name in "$@"; do
    [[ " $CHECK_STEPS " == *" $name "* ]] || die "check has no step '$name'." "The steps are: $CHECK_STEPS"
  done
}

# Each step runs as ./yundisk check --alone STEP: inside a condition of this shell, `set -e` would overlook failures.
command_check() {
  if [[ ${1:-} == --alone ]]; then
    "check_$2"
    return
  fi
  local name steps=("$@") failed=()
  ((${#steps[@]} > 0)) || read -ra steps <<<"$CHECK_STEPS"
  require_steps "${steps[@]}"
  mkdir -p -- "$CHECK_LOGS"
  LOG_DIR=$CHECK_LOGS
  check_system
  install_packages build run test check
  use_node
  for name in "${steps[@]}"; do
    step "$(check_title "$name")" "$CHECK_LOGS/$name.log" "$CHECKOUT/yundisk" check --alone "$name" || failed+=("$name")
  done
  if ((${#failed[@]} > 0)); then
    printf '\n%d of %d checks failed: %s\n' "${#failed[@]}" "${#steps[@]}" "${failed[*]}"
    return 1
  fi
  printf '\nAll %d checks passed.\n' "${#steps[@]}"
}
