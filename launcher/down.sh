# ./yundisk down: stops everything, in the order opposite to the start. Requests in flight are finished, MariaDB and the
# storage write what they hold; nothing is lost.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

command_down() {
  local name names=()
  (($# == 0)) || die "down takes no options."
  require_home
  lock_home
  for name in $SERVICES; do names=("$name" "${names[@]}"); done
  for name in "${names[@]}"; do
    is_up "$name" && say "  Stopping $name"
    stop_service "$name"
  done
  end_orphaned_supervisors_if_alone
  stop_supervisor
  say "yundisk is stopped; ./yundisk up starts it again."
}

end_orphaned_supervisors_if_alone() { supervisor_runs || end_orphaned_supervisors; }
