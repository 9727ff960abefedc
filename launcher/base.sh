# Messages, progress, and steps that write a log: what every part of the launcher uses.
# shellcheck shell=bash

if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then ON_TERMINAL=yes; else ON_TERMINAL=; fi
readonly ON_TERMINAL
# How often a long step says that it is alive when nobody watches a spinner.
readonly STEP_REPORT_SECONDS=30
# How much of a failed step's log is shown.
readonly FAILURE_LINES=40

say() { printf '%s\n' "$*"; }

warn() { printf 'Note: %s\n' "$*" >&2; }

# die WHAT [REMEDY...]: says what is wrong and, a line each, what to do about it.
die() {
  printf '\nyundisk: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

bold() { if [[ $ON_TERMINAL ]]; then printf '\e[1m%s\e[0m' "$*"; else printf '%s' "$*"; fi; }

# duration SECONDS: "8 s", "3 min 20 s", "2 h 5 min", "4 d 1 h".
duration() {
  local s=$1
  if ((s < 60)); then printf '%d s' "$s"
  elif ((s < 3600)); then printf '%d min %d s' $((s / 60)) $((s % 60))
  elif ((s < 86400)); then printf '%d h %d min' $((s / 3600)) $((s % 3600 / 60))
  else printf '%d d %d h' $((s / 86400)) $((s % 86400 / 3600)); fi
}

# Logs of other machines are read on wide screens.
line_width() {
  if [[ $ON_TERMINAL ]]; then stty size </dev/tty 2>/dev/null | cut -d ' ' -f 2 || printf 80; else printf 140; fi
}

# The last line a step has written, cut to what fits behind its title.
last_line() {
  local width=$(($(line_width) - $2)) line
  line=$(tail -c 400 -- "$1" 2>/dev/null | tr '\r' '\n' | tr -cd '[:print:]\n' | grep -v '^$' | tail -n 1) || line=
  ((width > 10)) || width=10
  printf '%s' "${line:0:width}"
}

# step TITLE LOG COMMAND...: runs the command with its output in LOG and shows that it goes on. On failure shows the end
# of the log and returns the command's status. The command runs in a subshell: it cannot set variables here.
step() {
  local title=$1 log=$2 start=$SECONDS pid status=0
  shift 2
  mkdir -p -- "$(dirname -- "$log")"
  ("$@") >"$log" 2>&1 </dev/null &
  pid=$!
  # Interrupted: take the step down too, then die of the signal as a program should.
  trap 'kill "$pid" 2>/dev/null; trap - INT; kill -INT $$' INT
  trap 'kill "$pid" 2>/dev/null; trap - TERM; kill -TERM $$' TERM
  if [[ $ON_TERMINAL ]]; then spin "$title" "$log" "$pid"; else report "$title" "$log" "$pid"; fi
  wait "$pid" || status=$?
  trap - INT TERM
  if ((status == 0)); then
    printf '  %s (%s)\n' "$title" "$(duration $((SECONDS - start)))"
  else
    printf '  %s: FAILED after %s; the end of %s:\n' "$title" "$(duration $((SECONDS - start)))" "$log" >&2
    tail -n "$FAILURE_LINES" -- "$log" | sed 's/^/    /' >&2
  fi
  return "$status"
}

spin() {
  local title=$1 log=$2 pid=$3 turn=0 start=$SECONDS head
  local -r frames="|/-\\"
  while kill -0 "$pid" 2>/dev/null; do
    head="${frames:turn++%4:1} $title ($(duration $((SECONDS - start)))) "
    printf '\r\e[K%s\e[2m%s\e[0m' "$head" "$(last_line "$log" ${#head})"
    sleep 0.2
  done
  printf '\r\e[K'
}

report() {
  local title=$1 log=$2 pid=$3 start=$SECONDS next=$((SECONDS + STEP_REPORT_SECONDS))
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS >= next)); then
      printf '  %s ... %s: %s\n' "$title" "$(duration $((SECONDS - start)))" "$(last_line "$log" 40)"
      next=$((SECONDS + STEP_REPORT_SECONDS))
    fi
    sleep 0.1
  done
}

# write_file PATH [MODE]: standard input becomes the file, whole or not at all; untouched when it is the same already.
write_file() {
  local path=$1 mode=${2:-0644} new="$1.new"
  mkdir -p -- "$(dirname -- "$path")"
  (umask 077 && cat >"$new")
  chmod -- "$mode" "$new"
  if cmp -s -- "$new" "$path"; then
    rm -f -- "$new"
    chmod -- "$mode" "$path"
  else
    sync -- "$new"
    mv -f -- "$new" "$path"
  fi
}
