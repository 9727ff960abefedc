# Everything that works on a home, for the commands that need most of it.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR/..
. "$CHECKOUT/launcher/environment.sh"
. "$CHECKOUT/launcher/settings.sh"
. "$CHECKOUT/launcher/topology.sh"
. "$CHECKOUT/launcher/ports.sh"
. "$CHECKOUT/launcher/packages.sh"
. "$CHECKOUT/launcher/node.sh"
. "$CHECKOUT/launcher/build.sh"
. "$CHECKOUT/launcher/storage_http.sh"
. "$CHECKOUT/launcher/render.sh"
. "$CHECKOUT/launcher/services.sh"
. "$CHECKOUT/launcher/supervise.sh"
. "$CHECKOUT/launcher/stores.sh"
. "$CHECKOUT/launcher/health.sh"

# One launcher at a time changes a home; a second waits for the first.
lock_home() {
  exec 9>"$RUN_DIR/launcher.lock"
  flock -n 9 && return
  say "  Waiting for another ./yundisk that is at work in $YUNDISK_HOME"
  flock 9
}

# For commands that need a home that was started before.
require_home() {
  [[ -f $CONFIG_FILE && -d $SERVICES_DIR ]] ||
    die "There is no yundisk in $YUNDISK_HOME yet." "./yundisk up makes and starts one."
  command -v s6-svstat >/dev/null || die "s6 is not installed." "./yundisk up installs what is missing."
  check_rights
  read_settings
  name_services
}
