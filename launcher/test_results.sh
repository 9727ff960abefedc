# Running one suite of tests with a time limit, and counting what it did.
# shellcheck shell=bash

PASSED=0
FAILED=0
SKIPPED=0
SKIP_LINES=()
FAILED_SUITES=()

# Reads a suite's output and prints "passed failed skipped", then a line for every skipped test. Understands GoogleTest (also
# through ctest --verbose), node --test (TAP and spec) and flat TAP, which say every test by name.
count_results() {
  sed -E 's/^[0-9]+: //' -- "$1" | awk '
    /^\[       OK \] / { passed++ }
    /^\[  FAILED  \] .*\([0-9]+ ms\)$/ { failed++ }
    /^\[  SKIPPED \] .*\([0-9]+ ms\)$/ { skipped++; skips = skips "\n" $4 (reason ? ": " reason : ""); reason = "" }
    /: Skipped$/ { if ((getline line) > 0) reason = line }
    /^(#|ℹ) (pass|fail|cancelled|skipped) [0-9]+$/ {
      node = 1
      if ($2 == "pass") passed += $3
      else if ($2 == "skipped") skipped += $3
      else failed += $3
    }
    /^ok / { if (/# SKIP/) tap_skipped++; else tap_passed++ }
    /^not ok / { tap_failed++ }
    /^ *ok .*# SKIP/ || /^ *﹣ .* # / {
      sub(/^ *(ok [0-9]+ - |﹣ )/, "")
      sub(/# SKIP/, "#")
      skips = skips "\n" $0
    }
    END {
      if (!node) { passed += tap_passed; failed += tap_failed; skipped += tap_skipped }
      printf "%d %d %d%s\n", passed, failed, skipped, skips
    }'
}

# run_suite NAME LIMIT_SECONDS COMMAND...: the command's own exit status counts too, and a suite without a test has failed.
run_suite() {
  local name=$1 limit=$2 log start=$SECONDS status=0 passed failed skipped results note=
  shift 2
  wanted "$name" || return 0
  log=$TEST_LOGS/${name//\//.}.log
  if [[ $ON_TERMINAL ]]; then printf '  %-42s ...' "$name"; fi
  timeout --kill-after=20 "$limit" "$@" >"$log" 2>&1 </dev/null || status=$?
  mapfile -t results < <(count_results "$log")
  read -r passed failed skipped <<<"${results[0]}"
  if ((status == 124 || status == 137)); then
    failed=$((failed + 1))
    note="did not end within $(duration "$limit")"
  elif ((status != 0 && failed == 0)); then
    failed=1
    note="ended with status $status"
  elif ((passed + failed + skipped == 0)) && grep -q '^100% tests passed' -- "$log"; then
    # A program that CTest runs and that counts nothing itself is one test.
    passed=1
  elif ((passed + failed + skipped == 0)); then
    failed=1
    note="ran no test"
  fi
  record_suite "$name" "$passed" "$failed" "$skipped" "$((SECONDS - start))" "$note" "$log" "${results[@]:1}"
}

# record_suite NAME PASSED FAILED SKIPPED SECONDS NOTE LOG SKIP_LINE...
record_suite() {
  local name=$1 log=$7 line
  PASSED=$((PASSED + $2))
  FAILED=$((FAILED + $3))
  SKIPPED=$((SKIPPED + $4))
  if [[ $ON_TERMINAL ]]; then printf '\r\e[K'; fi
  printf '  %-42s %4d passed' "$name" "$2"
  if (($3 > 0)); then printf ', %d FAILED' "$3"; fi
  if (($4 > 0)); then printf ', %d skipped' "$4"; fi
  printf ' (%s)%s\n' "$(duration "$5")" "${6:+; $6}"
  for line in "${@:8}"; do SKIP_LINES+=("$name: $line"); done
  if (($3 > 0)); then
    FAILED_SUITES+=("$name")
    show_failure "$log"
  fi
}

# What a reader wants first: the lines that name failures with what follows them, then where the rest is.
show_failure() {
  grep -n -E -A 12 'FAILED|not ok|Failure$|✖|ERROR:|Sanitizer|runtime error|CHECK failed|Error:' -- "$1" |
    grep -v '^--$' | head -n 80 | sed 's/^/      /'
  printf '      ... its last lines:\n'
  tail -n 12 -- "$1" | sed 's/^/      /'
  printf '      the whole output: %s\n' "$1"
}

# The last line of all is the one that counts.
print_totals() {
  local line
  if ((${#SKIP_LINES[@]} > 0)); then
    printf '\nSkipped:\n'
    for line in "${SKIP_LINES[@]}"; do printf '  %s\n' "$line"; done
  fi
  if ((${#FAILED_SUITES[@]} > 0)); then printf '\nFailed: %s\n' "${FAILED_SUITES[*]}"; fi
  printf '\n%d passed, %d failed' "$PASSED" "$FAILED"
  if ((SKIPPED > 0)); then printf ', %d skipped' "$SKIPPED"; fi
  printf '\n'
  ((FAILED == 0))
}
