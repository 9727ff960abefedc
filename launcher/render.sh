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

declare -A VALUES=() DAEMON_PORTS=()

# render TEMPLATE: puts VALUES in for @NAME@. A name without a value is our mistake.
render() {
  local text name
  text=$(<"$1")
  for name in "${!VALUES[@]}"; do text=${text//"@$name@"/"${VALUES[$name]}"}; done
  [[ ! $text =~ @[A-Z_]+@ ]] || die "$1: nothing fills in ${BASH_REMATCH[0]}."
  printf '%s\n' "$text"
}

# Sets DAEMON_PORTS: those of yundisk.toml or, before there is one, the usual ones or free ones.
settle_daemon_ports() {
  local table
  if [[ -f $CONFIG_FILE ]]; then
    for table in tracker id_server storage; do DAEMON_PORTS[$table]=$(daemon_port "$table"); done
    DAEMON_PORTS[storage_http]=$(daemon_port storage http_listen)
  elif [[ ! $CHOOSE_PORTS ]]; then
    DAEMON_PORTS=([tracker]=21000 [id_server]=22000 [storage]=23000 [storage_http]=8888)
  else
    for table in tracker id_server storage storage_http; do
      DAEMON_PORTS[$table]=$(free_port "${SETTINGS[HTTP_PORT]}" "${DAEMON_PORTS[@]}")
    done
  fi
}

write_configuration_once() {
  [[ -f $CONFIG_FILE ]] && return
  VALUES=([HOME]=$YUNDISK_HOME [TRACKER_PORT]=${DAEMON_PORTS[tracker]}
    [ID_SERVER_PORT]=${DAEMON_PORTS[id_server]} [STORAGE_PORT]=${DAEMON_PORTS[storage]}
    [STORAGE_HTTP_PORT]=${DAEMON_PORTS[storage_http]})
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
