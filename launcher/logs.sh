# ./yundisk logs [SERVICE] [-f]: the end of a service's log, or of all; -f goes on showing what is added.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

readonly LINES_OF_ONE=200
readonly LINES_OF_EACH=10

command_logs() {
  local name follow=() files=() lines=$LINES_OF_EACH
  require_home
  for name in "$@"; do
    if [[ $name == -f ]]; then follow=(-F); continue; fi
    require_service "$name"
    files+=("$LOG_DIR/$name/current")
    lines=$LINES_OF_ONE
  done
  if ((${#files[@]} == 0)); then
    for name in $SERVICES; do files+=("$LOG_DIR/$name/current"); done
  fi
  exec tail -n "$lines" "${follow[@]}" -- "${files[@]}"
}
