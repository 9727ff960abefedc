# What nginx and the launcher are told about this home: lines KEY=value in $YUNDISK_HOME/settings, for the operator to
# edit. Everything the programs are told is in yundisk.toml beside it.
# shellcheck shell=bash

readonly DEFAULT_HTTP_PORT=8080
declare -A SETTINGS=()

default_settings() {
  SETTINGS=(
    [HTTP_ADDRESS]=127.0.0.1 [HTTP_PORT]=$DEFAULT_HTTP_PORT [TLS_CERTIFICATE]='' [TLS_KEY]=''
    [ACCESS_LOG]=on [NGINX_WORKERS]=auto [PROFILE]=single [GROUPS]=$DEFAULT_GROUPS [REPLICAS]=$DEFAULT_REPLICAS
  )
}

# check_setting KEY VALUE: one message form for the file and for options.
check_setting() {
  local key=$1 value=$2 allowed=
  case $key in
    HTTP_ADDRESS) [[ $value =~ ^([0-9.]+|\[[0-9a-fA-F:]+\])$ ]] || allowed="an IPv4 address or [an IPv6 address]" ;;
    HTTP_PORT) is_port "$value" || allowed="1 to 65535" ;;
    TLS_CERTIFICATE | TLS_KEY)
      [[ -z $value || ($value == /* && $value != *[!A-Za-z0-9._/+@=,-]*) ]] || allowed="an absolute plain path" ;;
    ACCESS_LOG) [[ $value == on || $value == off ]] || allowed="on or off" ;;
    NGINX_WORKERS) [[ $value == auto || $value =~ ^[1-9][0-9]?$ ]] || allowed="auto, or 1 to 99" ;;
    PROFILE) [[ $value == single || $value == cluster ]] || allowed="single or cluster" ;;
    GROUPS) is_count "$value" "$MAX_GROUPS" || allowed="1 to $MAX_GROUPS" ;;
    REPLICAS) is_count "$value" "$MAX_REPLICAS" || allowed="1 to $MAX_REPLICAS" ;;
    *) die "$SETTINGS_FILE: there is no setting '$key'." "There are: ${!SETTINGS[*]}" ;;
  esac
  [[ -z $allowed ]] || die "$key is '$value'; it can be: $allowed"
}

is_count() { [[ $1 =~ ^[1-9][0-9]?$ ]] && (($1 <= $2)); }

is_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 <= 65535)); }

read_settings() {
  local key value
  default_settings
  [[ -f $SETTINGS_FILE ]] || return 0
  while IFS='=' read -r key value; do
    [[ -z $key || $key == \#* ]] && continue
    check_setting "$key" "$value"
    SETTINGS[$key]=$value
  done <"$SETTINGS_FILE"
}

write_settings() {
  write_file "$SETTINGS_FILE" <<TEXT
# Settings of the web server of this yundisk; ./yundisk up applies a change. docs/operations.md explains each.
HTTP_ADDRESS=${SETTINGS[HTTP_ADDRESS]}
HTTP_PORT=${SETTINGS[HTTP_PORT]}
# Both, to serve https instead of http: paths of PEM files.
TLS_CERTIFICATE=${SETTINGS[TLS_CERTIFICATE]}
TLS_KEY=${SETTINGS[TLS_KEY]}
ACCESS_LOG=${SETTINGS[ACCESS_LOG]}
NGINX_WORKERS=${SETTINGS[NGINX_WORKERS]}
# Chosen by the first ./yundisk up --profile; the daemons of a cluster are the tables of yundisk.toml.
PROFILE=${SETTINGS[PROFILE]}$(cluster_settings)
TEXT
}

cluster_settings() {
  is_cluster || return 0
  printf '\n%s' "GROUPS=${SETTINGS[GROUPS]}" "REPLICAS=${SETTINGS[REPLICAS]}"
}

has_tls() { [[ ${SETTINGS[TLS_CERTIFICATE]} && ${SETTINGS[TLS_KEY]} ]]; }

# The URL as seen from this machine: an address that means "all" is reached by the loopback one.
site_url() {
  local address=${SETTINGS[HTTP_ADDRESS]} scheme=http
  case $address in
    0.0.0.0) address=127.0.0.1 ;;
    '[::]') address='[::1]' ;;
  esac
  has_tls && scheme=https
  printf '%s://%s:%s' "$scheme" "$address" "${SETTINGS[HTTP_PORT]}"
}

# toml_value TABLE KEY: a one-line value of yundisk.toml without its quotes; empty when absent.
toml_value() {
  [[ -f $CONFIG_FILE ]] || return 0
  awk -v table="[$1]" -v key="$2" '
    /^[[:space:]]*\[/ { inside = ($1 == table) }
    inside && match($0, "^[[:space:]]*" key "[[:space:]]*=") {
      value = substr($0, RLENGTH + 1)
      sub(/^[[:space:]]*/, "", value)
      if (value ~ /^"/) { sub(/^"/, "", value); sub(/".*/, "", value) } else sub(/[[:space:]]*(#.*)?$/, "", value)
      print value
      exit
    }' "$CONFIG_FILE"
}

# toml_instances TABLE: the names of its sub-tables, in the order of the file.
toml_instances() {
  [[ -f $CONFIG_FILE ]] || return 0
  sed -n -E "s/^[[:space:]]*\\[$1\\.([A-Za-z0-9_-]+)\\][[:space:]]*(#.*)?\$/\\1/p" "$CONFIG_FILE"
}
