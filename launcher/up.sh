# ./yundisk up: from whatever is there to a running yundisk. Every step looks first whether it is needed, so an interrupted
# run is continued by the next, and one on a running yundisk changes only what is out of date.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

parse_up_options() {
  NEW_PORT='' NEW_ADDRESS='' CHOOSE_PORTS='' NO_INSTALL='' NEW_PROFILE='' NEW_GROUPS='' NEW_REPLICAS=''
  while (($# > 0)); do
    case $1 in
      --port | --listen | --ports | --profile | --groups | --replicas)
        (($# > 1)) || die "$1 needs a value." "./yundisk help shows the options." ;;&
      --port) NEW_PORT=$2; shift ;;
      --listen) NEW_ADDRESS=$2; shift ;;
      --ports) [[ $2 == auto ]] || die "--ports can only be: auto"; CHOOSE_PORTS=yes; shift ;;
      --profile) check_setting PROFILE "$2"; NEW_PROFILE=$2; shift ;;
      --groups) check_setting GROUPS "$2"; NEW_GROUPS=$2; shift ;;
      --replicas) check_setting REPLICAS "$2"; NEW_REPLICAS=$2; shift ;;
      --no-install) NO_INSTALL=yes ;;
      *) die "up has no option '$1'." "./yundisk help shows the options." ;;
    esac
    shift
  done
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
  local name port
  if ! nginx_listens_already; then
    require_port "${SETTINGS[HTTP_PORT]}" "Choose another: ./yundisk up --port N (or --port auto)"
  fi
  for name in $DAEMONS; do
    have_s6 && is_up "$name" && continue
    for port in "${DAEMON_PORTS[$name]}" ${DAEMON_PORTS[http/$name]:-}; do
      require_port "$port" "If it is another yundisk: stop that one, or give this one free ports." \
        "For a new home: ./yundisk up --ports auto; otherwise change [$(table_of "$name")] (and [cluster]) in" \
        "$CONFIG_FILE."
    done
  done
}

have_s6() { command -v s6-svstat >/dev/null; }

# True when our own nginx has the port now.
nginx_listens_already() {
  have_s6 && is_up nginx && grep -q "listen [^;]*:${SETTINGS[HTTP_PORT]} " "$YUNDISK_HOME/nginx/nginx.conf" 2>/dev/null
}

start_services() {
  local name
  retire_services
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
  settle_profile "$NEW_PROFILE" "$NEW_GROUPS" "$NEW_REPLICAS"
  settle_http_port
  settle_daemon_ports
  check_ports
  write_settings
  write_configuration
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
