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
YUNDISK_TRACKER=$(toml_value tracker listen)
YUNDISK_ID_SERVER=$(toml_value id_server listen)
YUNDISK_STORAGE=$(toml_value storage listen)
YUNDISK_STORAGE_HTTP=$(toml_value storage http_listen)
YUNDISK_STORAGE_DATA=$(toml_value storage data_directory)
YUNDISK_SPOOL=$(toml_value storage spool_directory)
YUNDISK_MARIADB_SOCKET=$(toml_value database socket)
YUNDISK_REDIS_SOCKET=$(toml_value redis socket)
YUNDISK_RUN=$RUN_DIR
YUNDISK_LOG=$LOG_DIR
YUNDISK_SERVICES=$SERVICES_DIR
TEXT
}

command_env() {
  require_home
  case ${1:-} in
    '') environment_lines | sed 's/^/export /' ;;
    --json) environment_lines | sed -e 's/^/  "/; s/=/": "/; s/$/",/' -e '1s/^/{\n/; $s/,$/\n}/' ;;
    *) die "env has no option '$1'." "./yundisk env [--json]" ;;
  esac
}
