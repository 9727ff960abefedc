# ./yundisk player [--uninstall]: builds the desktop player and installs it for this user.
# shellcheck shell=bash

command_player() { exec "$CHECKOUT/player/install.sh" "$@"; }
