# ./yundisk status: a line for each service. Exit code 0: all run and are healthy; 1: something is wrong; 3: stopped.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

# Resident memory in MiB of every process in the session of process $1: a service and all it started.
memory_mib() {
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$1" -v page="$(getconf PAGESIZE)" '
    {
      sub(/^.*\) /, "")
      if ($4 == session) pages += $22
    }
    END { printf "%d", pages * page / 1048576 }'
}

# status_line NAME: false when the service is not well.
status_line() {
  local name=$1 folder=$SERVICES_DIR/$1 since='' pid=- memory=- state=stopped health=-
  if is_supervised "$name"; then since=$(duration "$(s6-svstat -o updownfor "$folder")"); fi
  if is_up "$name"; then
    state=running
    pid=$(service_pid "$name")
    memory="$(memory_mib "$pid") MiB"
    health="does not answer"
    if service_health "$name" >/dev/null 2>&1; then health=ok; fi
  fi
  printf '%-*s %-8s %-14s %8s %9s  %s\n' "$NAME_WIDTH" "$name" "$state" "$since" "$pid" "$memory" "$health"
  [[ $health == ok ]]
}

# The longest name, and the width of the column in a home without instances.
name_width() {
  local name width=10
  for name in $SERVICES; do ((${#name} <= width)) || width=${#name}; done
  printf '%d' "$width"
}

command_status() {
  local name unwell=0 NAME_WIDTH
  (($# == 0)) || die "status takes no options."
  require_home
  NAME_WIDTH=$(name_width)
  if ! supervisor_runs; then
    for name in $SERVICES; do
      is_up "$name" && die "The supervisor s6-svscan is gone, but $name runs on." "./yundisk up brings it back."
    done
    say "yundisk in $YUNDISK_HOME is stopped; ./yundisk up starts it."
    exit 3
  fi
  printf '%-*s %-8s %-14s %8s %9s  %s\n' "$NAME_WIDTH" SERVICE STATE SINCE PID MEMORY HEALTH
  for name in $SERVICES; do status_line "$name" || unwell=$((unwell + 1)); done
  printf '\nat %s, data in %s, %s free\n' "$(site_url)/" "$YUNDISK_HOME" \
    "$(df -h --output=avail -- "$YUNDISK_HOME" | tail -n 1 | tr -d ' ')"
  if ! site_get /healthz >/dev/null; then
    printf 'GET /healthz: %s\n' "$(health_document)"
    unwell=$((unwell + 1))
  fi
  ((unwell == 0)) && return
  printf 'Something is not well: ./yundisk logs SERVICE\n'
  exit 1
}
