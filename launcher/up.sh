# ./yundisk up: from whatever is there to a running yundisk. Every step looks first whether it is needed, so an interrupted
# run is continued by the next, and one on a running yundisk changes only what is out of date.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

parse_up_options() {
  NEW_PORT='' NEW_ADDRESS='' CHOOSE_PORTS='' NO_INSTALL=''
  while (($# > 0)); do
    case $1 in
      --port | --listen | --ports | --profile)
        (($# > 1)) || die "$1 needs a value." "./yundisk help shows the options." ;;&
      --port) NEW_PORT=$2; shift ;;
      --listen) NEW_ADDRESS=$2; shift ;;
      --ports) [[ $2 == auto ]] || die "--ports can only be: auto"; CHOOSE_PORTS=yes; shift ;;
      --profile) require_profile "$2"; shift ;;
      --no-install) NO_INSTALL=yes ;;
      *) die "up has no option '$1'." "./yundisk help shows the options." ;;
    esac
    shift
  done
}

require_profile() {
  case $1 in
    single) ;;
    cluster) die "The profile 'cluster' is not part of this version; it comes with the cluster of storages." ;;
    *) die "There is no profile '$1'." "The profile is: single" ;;
  esac
}

# The port asked for; "auto" and 0 choose a free one unless this home has one already.
settle_http_port() {
  local first=
  [[ -f $SETTINGS_FILE ]] || first=yes
  if [[ $NEW_PORT == auto || $NEW_PORT == 0 || (-z $NEW_PORT && $CHOOSE_PORTS) ]]; then
    if [[ $first ]]; then SETTINGS[HTTP_PORT]=$(free_port); fi
  elif [[ $NEW_PORT ]]; then
    check_setting HTTP_PORT "$NEW_PORT"
    SETTINGS[HTTP_PORT]=$NEW_PORT
  fi
  if [[ $NEW_ADDRESS ]]; then
    check_setting HTTP_ADDRESS "$NEW_ADDRESS"
    SETTINGS[HTTP_ADDRESS]=$NEW_ADDRESS
  fi
}

# Before the long steps: a port that is taken by somebody else.
check_ports() {
  local table name
  if ! nginx_listens_already; then
    require_port "${SETTINGS[HTTP_PORT]}" "Choose another: ./yundisk up --port N (or --port auto)"
  fi
  for table in tracker id_server storage storage_http; do
    [[ ${DAEMON_PORTS[$table]} ]] || continue
    case $table in tracker) name=trackerd ;; id_server) name=idserverd ;; *) name=storaged ;; esac
    have_s6 && is_up "$name" && continue
    require_port "${DAEMON_PORTS[$table]}" "If it is another yundisk: stop that one, or give this one free ports." \
      "For a new home: ./yundisk up --ports auto; otherwise change [${table%_http}] and [cluster] in $CONFIG_FILE."
  done
}

have_s6() { command -v s6-svstat >/dev/null; }

# True when our own nginx has the port now.
nginx_listens_already() {
  have_s6 && is_up nginx && grep -q "listen [^;]*:${SETTINGS[HTTP_PORT]} " "$YUNDISK_HOME/nginx/nginx.conf" 2>/dev/null
}

start_services() {
  local name
  for name in $DAEMONS $ENDPOINTS; do refresh_service "$name"; done
  check_nginx_configuration
  if is_up nginx && [[ $(remembered_sum nginx.conf) != "$(nginx_configuration_sum)" ]]; then
    say "  nginx reads its new configuration"
    s6-svc -h "$SERVICES_DIR/nginx"
    CHANGED=yes
  fi
  refresh_service nginx
  remember_sum nginx.conf "$(nginx_configuration_sum)"
}

# Prints the first administrator's one-time password when this makes one; nothing later.
make_admin() {
  (
    set -a
    # shellcheck disable=SC1090
    . "$SECRETS_FILE"
    "$BIN_DIR/account" --config "$CONFIG_FILE" --create-admin admin 2>>"$LOG_DIR/create-admin.log"
  ) || die "The first administrator could not be made." "See $LOG_DIR/create-admin.log"
}

write_everything() {
  write_store_configuration
  write_nginx_configuration
  write_services
}

command_up() {
  local CHANGED='' admin
  parse_up_options "$@"
  check_environment
  lock_home
  read_settings
  settle_http_port
  settle_daemon_ports
  check_ports
  write_settings
  write_configuration_once
  make_secrets
  # shellcheck disable=SC2046  # one word or none
  install_packages build run $(npm_list)
  build_programs
  write_everything
  prepare_stores
  start_supervisor
  start_stores
  prepare_database
  start_services
  wait_healthy
  admin=$(make_admin)
  announce "$admin"
}

announce() {
  if ((EUID == 0)); then warn "running as root; an ordinary user of its own is safer (docs/operations.md)."; fi
  if [[ ! $CHANGED ]]; then say "Everything is up to date and running."; fi
  printf '\nyundisk is at %s\n' "$(bold "$(site_url)/")"
  [[ ! $1 ]] || printf 'Sign in as %s with the password %s (shown this once; the page asks for a new one).\n' \
    "$(bold admin)" "$(bold "$1")"
}
