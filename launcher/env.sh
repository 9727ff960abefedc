# ./yundisk env [--json]: where this yundisk is, as shell assignments or JSON, for scripts and tests.
# shellcheck shell=bash
# shellcheck source=launcher/parts.sh
. "$CHECKOUT/launcher/parts.sh"

# Lines NAME=value; the values are plain (check_paths), so neither form needs more than quotes.
environment_lines() {
  cat <<TEXT
YUNDISK_URL=$(site_url)
YUNDISK_HTTP_PORT=${SETTINGS[HTTP_PORT]}
YUNDISK_HOME=$YUNDISK_HOME
YUNDISK_CHECKOUT=$CHECKOUT
YUNDISK_BIN=$BIN_DIR
YUNDISK_CONFIG=$CONFIG_FILE
YUNDISK_SECRETS_FILE=$SECRETS_FILE
YUNDISK_SECRET_FILE=$(toml_value cluster secret_file)
YUNDISK_PROFILE=${SETTINGS[PROFILE]}
YUNDISK_TRACKER=$(first_setting trackerd listen)
YUNDISK_TRACKERS=$(every_setting trackerd listen)
YUNDISK_ID_SERVER=$(first_setting idserverd listen)
YUNDISK_ID_SERVERS=$(every_setting idserverd listen)
YUNDISK_STORAGE=$(first_setting storaged listen)
YUNDISK_STORAGES=$(every_setting storaged listen)
YUNDISK_STORAGE_HTTP=$(first_setting storaged http_listen)
YUNDISK_STORAGE_DATA=$(first_setting storaged data_directory)
YUNDISK_SPOOL=$(first_setting storaged spool_directory)
YUNDISK_MARIADB_SOCKET=$(toml_value database socket)
YUNDISK_REDIS_SOCKET=$(toml_value redis socket)
YUNDISK_RUN=$RUN_DIR
YUNDISK_LOG=$LOG_DIR
YUNDISK_SERVICES=$SERVICES_DIR
TEXT
}

# every_setting PROGRAM KEY: of all daemons of a program, "service=value" with commas between them.
every_setting() {
  local name text=
  for name in $(daemons_of "$1"); do text+=",$name=$(daemon_setting "$name" "$2")"; done
  printf '%s' "${text#,}"
}

first_setting() {
  local name
  read -r name _ <<<"$(daemons_of "$1")"
  daemon_setting "$name" "$2"
}

command_env() {
  require_home
  case ${1:-} in
    '') environment_lines | sed 's/^/export /' ;;
    --json) environment_lines | sed -e 's/^/  "/; s/=/": "/; s/$/",/' -e '1s/^/{\n/; $s/,$/\n}/' ;;
    *) die "env has no option '$1'." "./yundisk env [--json]" ;;
  esac
}
