# Where things are. Everything that changes lives below $YUNDISK_HOME, so several homes can run side by side.
# shellcheck shell=bash
# shellcheck disable=SC2034  # used by the other parts

# A unix socket's path has room for 108 bytes; the longest below the home is run/download.sock with a suffix.
readonly MAX_HOME_LENGTH=80

YUNDISK_HOME=${YUNDISK_HOME:-$CHECKOUT/var}
[[ $YUNDISK_HOME == /* ]] || YUNDISK_HOME=$PWD/$YUNDISK_HOME
YUNDISK_HOME=$(realpath -m -- "$YUNDISK_HOME")
YUNDISK_BUILD=${YUNDISK_BUILD:-$CHECKOUT/build/release}
[[ $YUNDISK_BUILD == /* ]] || YUNDISK_BUILD=$PWD/$YUNDISK_BUILD
export YUNDISK_HOME YUNDISK_BUILD

readonly RUN_DIR=$YUNDISK_HOME/run
LOG_DIR=$YUNDISK_HOME/log
readonly SERVICES_DIR=$YUNDISK_HOME/services
readonly CONFIG_FILE=$YUNDISK_HOME/yundisk.toml
readonly SETTINGS_FILE=$YUNDISK_HOME/settings
readonly SECRETS_FILE=$YUNDISK_HOME/secrets.env
readonly BIN_DIR=$YUNDISK_BUILD/bin
readonly WWW_DIR=$CHECKOUT/www/dist

# What runs, in the order it is started; it is stopped in the opposite order. Of the daemons there may be several
# (topology.sh, which also sets SERVICES).
readonly STORES="mariadb redis"
readonly DAEMON_PROGRAMS="trackerd idserverd storaged"
readonly ENDPOINTS="account files upload download admin"

is_service() { [[ " $SERVICES " == *" $1 "* ]]; }

require_service() {
  is_service "$1" || die "There is no service '$1'." "The services are: $SERVICES"
}
