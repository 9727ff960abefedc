# Starting, stopping and asking s6. A service is named as in $SERVICES.
# shellcheck shell=bash
# shellcheck disable=SC2034  # limits and CHANGED are used by the other parts

# MariaDB may have a long log to replay, or much to write.
readonly START_SECONDS=120
readonly STOP_SECONDS=120
# How long running requests have to finish when nginx stops.
readonly NGINX_DRAIN_SECONDS=5

supervisor_runs() { s6-svscanctl -a "$SERVICES_DIR" 2>/dev/null; }

is_supervised() { s6-svok "$SERVICES_DIR/$1" 2>/dev/null; }

is_up() { is_supervised "$1" && [[ $(s6-svstat -o up "$SERVICES_DIR/$1") == true ]]; }

service_pid() { s6-svstat -o pid "$SERVICES_DIR/$1"; }

# wait_until SECONDS COMMAND...: false when the command did not succeed in time.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# Supervisors whose s6-svscan was killed would keep a new one from taking over.
end_orphaned_supervisors() {
  local name
  for name in $SERVICES; do
    is_supervised "$name" || continue
    s6-svc -dx "$SERVICES_DIR/$name"
    wait_until "$STOP_SECONDS" not is_supervised "$name" ||
      die "The supervisor of $name of an earlier run does not end." "Look at: ps -ef | grep s6-supervise"
  done
}

not() { ! "$@"; }

start_supervisor() {
  local name
  supervisor_runs && return
  end_orphaned_supervisors
  CHANGED=yes
  # Each service waits until it is started in its turn, whatever ran before a power cut.
  for name in $SERVICES; do : >"$SERVICES_DIR/$name/down"; done
  # The locks of this launcher must not be held by what outlives it.
  setsid s6-svscan "$SERVICES_DIR" </dev/null >>"$LOG_DIR/supervisor.log" 2>&1 8>&- 9>&- &
  # systemd watches the process this file names (deploy/yundisk.service).
  printf '%d\n' "$!" >"$RUN_DIR/supervisor.pid"
  disown
  wait_until 10 supervisor_runs || die "The supervisor s6-svscan did not start." "See $LOG_DIR/supervisor.log"
}

stop_supervisor() {
  local name
  supervisor_runs || return 0
  s6-svscanctl -t "$SERVICES_DIR"
  wait_until "$STOP_SECONDS" not supervisor_runs || die "The supervisor s6-svscan does not end."
  for name in $SERVICES; do
    wait_until "$STOP_SECONDS" not is_supervised "$name" || die "The supervisor of $name does not end."
  done
}

remember_sum() { printf '%s\n' "$2" >"$RUN_DIR/$1.sum"; }

remembered_sum() { cat -- "$RUN_DIR/$1.sum" 2>/dev/null || true; }

start_service() {
  local name=$1
  remember_sum "$name" "$(service_sum "$name")"
  wait_until 10 is_supervised "$name" || die "s6 does not supervise $name." "See $LOG_DIR/supervisor.log"
  # Without the file the service also comes back when its supervisor had to be replaced.
  rm -f -- "$SERVICES_DIR/$name/down"
  s6-svc -u "$SERVICES_DIR/$name"
}

stop_service() {
  local name=$1
  is_supervised "$name" || return 0
  : >"$SERVICES_DIR/$name/down"
  # Asked to stop in the middle of its start, MariaDB hangs and never answers again.
  if [[ $name == mariadb ]] && is_up mariadb; then wait_until "$STOP_SECONDS" mariadb_answers || true; fi
  if [[ $name == nginx ]] && is_up nginx; then
    s6-svc -Oq "$SERVICES_DIR/nginx"
    wait_until "$NGINX_DRAIN_SECONDS" not is_up nginx || true
  fi
  s6-svc -d "$SERVICES_DIR/$name"
  wait_until "$STOP_SECONDS" not is_up "$name" || die "$name does not stop." "Its log: ./yundisk logs $name"
}

# Ends what is no longer in yundisk.toml. A name that begins with a dot is no service for s6-svscan, which then lets its
# supervisor go.
retire_services() {
  local folder name hidden
  for folder in "$SERVICES_DIR"/*/; do
    name=$(basename -- "$folder")
    [[ " $SERVICES " != *" $name "* ]] || continue
    say "  Stopping $name, which is not in yundisk.toml"
    stop_service "$name"
    hidden=$SERVICES_DIR/.$name
    rm -rf -- "$hidden"  # of a run that was interrupted here
    mv -T -- "$SERVICES_DIR/$name" "$hidden"
    s6-svscanctl -an "$SERVICES_DIR"
    wait_until "$STOP_SECONDS" is_left "$hidden" || die "The supervisor of $name does not end."
    rm -rf -- "$hidden"
    CHANGED=yes
  done
}

# Whether the supervisors of a service folder and of its log are gone.
is_left() { ! s6-svok "$1" 2>/dev/null && ! s6-svok "$1/log" 2>/dev/null; }

# refresh_service NAME: runs it if it does not run, anew if it has changed. Sets CHANGED=yes if it did anything. A daemon
# that is started anew does its work again before the next one stops, so that a group or the trackers are never away at once.
refresh_service() {
  local name=$1 ran=
  if is_up "$name"; then
    [[ $(remembered_sum "$name") == "$(service_sum "$name")" ]] && return
    say "  Restarting $name, which has changed"
    ran=yes
    stop_service "$name"
  fi
  start_service "$name"
  CHANGED=yes
  [[ $ran ]] && is_daemon "$name" || return 0
  wait_until "$HEALTHY_SECONDS" service_health "$name" && return
  service_log_tail "$name"
  die "$name does not answer after its restart; what comes after it was left as it was." \
    "The end of its log is above. ./yundisk up goes on with the others."
}

# The last lines of a service's log, for a failure's message.
service_log_tail() { tail -n 15 -- "$LOG_DIR/$1/current" 2>/dev/null | sed "s/^/    $1: /" >&2; }
