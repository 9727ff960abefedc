# Filling templates in: yundisk.toml once, the configuration of MariaDB, Redis and nginx at every `up`.
# shellcheck shell=bash

# Threads of a FastCGI program when yundisk.toml does not say ([web] threads).
readonly DEFAULT_WEB_THREADS=80
# The longest upload when yundisk.toml does not say ([web] max_upload_bytes).
readonly DEFAULT_MAX_UPLOAD_BYTES=1099511627776
# Threads that stay free for new connections while nginx keeps all it may keep.
readonly SPARE_WEB_THREADS=8
# nginx keeps at least so many connections for each worker and program; more workers than that allows are not started.
readonly MIN_KEEPALIVE=4

declare -A VALUES=()

# render TEMPLATE: puts VALUES in for @NAME@. A name without a value is our mistake.
render() {
  local text name
  text=$(<"$1")
  for name in "${!VALUES[@]}"; do text=${text//"@$name@"/"${VALUES[$name]}"}; done
  [[ ! $text =~ @[A-Z_]+@ ]] || die "$1: nothing fills in ${BASH_REMATCH[0]}."
  printf '%s\n' "$text"
}

# quoted_addresses PROGRAM [BUT]: where the daemons of a program listen, but one, as a TOML list without its brackets.
quoted_addresses() {
  local name text=
  for name in $(daemons_of "$1"); do
    if [[ $name != "${2:-}" ]]; then text+=", \"127.0.0.1:${DAEMON_PORTS[$name]}\""; fi
  done
  printf '%s' "${text#, }"
}

# The table of a new daemon. A storage's folder is called like the node: local files are found by that name.
daemon_table() {
  local name=$1 instance
  instance=$(instance_of "$name")
  printf '[%s]\n' "$(table_of "$name")"
  case $name in
    trackerd*)
      printf 'name = "tracker%s"\n' "${instance:-1}"
      if is_cluster; then printf 'peers = [%s]\n' "$(quoted_addresses trackerd "$name")"; fi
      ;;
    idserverd*) printf 'name = "id%s"\n' "${instance:-1}" ;;
    storaged*)
      instance=${instance:-1a}
      printf 'name = "%s"\ngroup = "%s"\n' "$instance" "${instance%%[a-z]*}"
      ;;
  esac
  printf 'listen = "127.0.0.1:%s"\n' "${DAEMON_PORTS[$name]}"
  if [[ $name == storaged* ]]; then
    printf 'http_listen = "127.0.0.1:%s"\n' "${DAEMON_PORTS[http/$name]}"
    printf 'data_directory = "%s"\n' "$YUNDISK_HOME/storage/$instance"
    printf 'spool_directory = "%s"\n' "$YUNDISK_HOME/spool"
    is_cluster || printf 'replicate = false\n'
  fi
}

# A table for each daemon named, with a blank line between them.
daemon_tables() {
  local name between=
  for name in "$@"; do
    printf '%s' "$between"
    daemon_table "$name"
    between=$'\n'
  done
}

# What holds for all storages of a new cluster: an upload is acknowledged when every replica has it.
storage_rules() {
  is_cluster || return 0
  printf '[storage]\nmin_replicas = %s\n\n' "${SETTINGS[REPLICAS]}"
}

# Written once and then the operator's; later only tables of new daemons are added.
write_configuration() {
  local new
  read -r -a new <<<"$NEW_DAEMONS"
  ((${#new[@]} > 0)) || return 0
  if [[ -f $CONFIG_FILE ]]; then
    { cat -- "$CONFIG_FILE" && printf '\n' && daemon_tables "${new[@]}"; } | write_file "$CONFIG_FILE"
    return
  fi
  VALUES=([HOME]=$YUNDISK_HOME [TRACKERS]=$(quoted_addresses trackerd) [ID_SERVERS]=$(quoted_addresses idserverd)
    [DAEMONS]=$(storage_rules && daemon_tables "${new[@]}"))
  render "$CHECKOUT/launcher/templates/yundisk.toml" | write_file "$CONFIG_FILE"
}

write_store_configuration() {
  VALUES=([HOME]=$YUNDISK_HOME [USER]='')
  if ((EUID == 0)); then VALUES[USER]="user = root"; fi
  render "$CHECKOUT/launcher/templates/mariadb.cnf" | write_file "$YUNDISK_HOME/mariadb.cnf"
  render "$CHECKOUT/launcher/templates/redis.conf" | write_file "$YUNDISK_HOME/redis.conf"
}

# Sets WORKERS and KEEPALIVE so that workers x keepalive leaves threads free in every program.
divide_threads() {
  local threads
  threads=$(toml_value web threads)
  threads=$((${threads:-$DEFAULT_WEB_THREADS} - SPARE_WEB_THREADS))
  WORKERS=${SETTINGS[NGINX_WORKERS]}
  if [[ $WORKERS == auto ]]; then
    WORKERS=$(nproc)
    ((WORKERS * MIN_KEEPALIVE <= threads)) || WORKERS=$((threads / MIN_KEEPALIVE))
    ((WORKERS > 0)) || WORKERS=1
  fi
  KEEPALIVE=$((threads / WORKERS))
  ((KEEPALIVE > 0)) ||
    die "[web] threads in $CONFIG_FILE is too small for $WORKERS nginx workers." \
      "It must be more than $((SPARE_WEB_THREADS + WORKERS))."
}

tls_directives() {
  has_tls || return 0
  printf '%s\n' "ssl_certificate ${SETTINGS[TLS_CERTIFICATE]};" "    ssl_certificate_key ${SETTINGS[TLS_KEY]};" \
    "    ssl_protocols TLSv1.2 TLSv1.3;" "    ssl_session_cache shared:tls:4m;" \
    "    error_page 495 496 497 =400 /.problem/400;"
}

write_nginx_configuration() {
  local WORKERS KEEPALIVE listen max_upload
  divide_threads
  listen="${SETTINGS[HTTP_ADDRESS]}:${SETTINGS[HTTP_PORT]} backlog=4096"
  if has_tls; then listen+=" ssl http2"; fi
  max_upload=$(toml_value web max_upload_bytes)
  VALUES=(
    [HOME]=$YUNDISK_HOME [CHECKOUT]=$CHECKOUT [WWW]=$WWW_DIR [USER]='' [WORKERS]=$WORKERS [KEEPALIVE]=$KEEPALIVE
    [LISTEN]=$listen [TLS]=$(tls_directives) [MAX_UPLOAD]=${max_upload:-$DEFAULT_MAX_UPLOAD_BYTES} [ACCESS_LOG]=off
    [STORAGE_UPSTREAMS]=$(storage_http_addresses | storage_upstreams)
    [STORAGE_LOCATIONS]=$(storage_http_addresses | storage_locations)
  )
  # The storage takes over only files of its own user.
  if ((EUID == 0)); then VALUES[USER]="user root;"; fi
  if [[ ${SETTINGS[ACCESS_LOG]} == on ]]; then VALUES[ACCESS_LOG]="/dev/stdout timed buffer=4k flush=1s"; fi
  mkdir -p -- "$YUNDISK_HOME/nginx" "$YUNDISK_HOME/spool" "$YUNDISK_HOME/storage"
  render "$CHECKOUT/nginx.conf" | write_file "$YUNDISK_HOME/nginx/nginx.conf"
}

check_nginx_configuration() {
  nginx -t -q -e stderr -p "$YUNDISK_HOME/nginx" -c "$YUNDISK_HOME/nginx/nginx.conf" >"$LOG_DIR/nginx-test.log" 2>&1 ||
    { sed 's/^/    /' "$LOG_DIR/nginx-test.log" >&2; die "nginx refuses its configuration." "The lines above say why."; }
}
