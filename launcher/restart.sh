# ./yundisk restart [SERVICE...]: stops and starts the services named, or all of them, in order.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

command_restart() {
  local name names=("$@") stop=()
  require_home
  for name in "${names[@]}"; do require_service "$name"; done
  supervisor_runs || die "yundisk is not running." "./yundisk up starts it."
  lock_home
  ((${#names[@]} > 0)) || read -r -a names <<<"$SERVICES"
  for name in "${names[@]}"; do stop=("$name" "${stop[@]}"); done
  for name in "${stop[@]}"; do stop_service "$name"; done
  for name in "${names[@]}"; do
    say "  Starting $name"
    start_service "$name"
    if [[ $name == mariadb ]]; then wait_until "$START_SECONDS" mariadb_answers || die "MariaDB does not answer."; fi
  done
  wait_healthy
}
