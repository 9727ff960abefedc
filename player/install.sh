#!/bin/bash
# ./yundisk player [--server URL] [--uninstall]: builds the desktop player and makes it this user's program for yundisk://
# links. Everything goes below ~/.local; nothing of the system changes but the packages.
#
# --server names a yundisk whose films are played without a question; the one of this checkout is known already.
set -euo pipefail
shopt -s inherit_errexit

CHECKOUT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
readonly CHECKOUT
# shellcheck source=launcher/base.sh
. "$CHECKOUT/launcher/base.sh"
# shellcheck source=launcher/paths.sh
. "$CHECKOUT/launcher/paths.sh"
# shellcheck source=launcher/environment.sh
. "$CHECKOUT/launcher/environment.sh"
# shellcheck source=launcher/packages.sh
. "$CHECKOUT/launcher/packages.sh"

readonly PLAYER=yundisk-player
readonly DATA=${XDG_DATA_HOME:-$HOME/.local/share}
readonly PROGRAM=$HOME/.local/bin/$PLAYER
readonly DESKTOP_FILE=$DATA/applications/$PLAYER.desktop
readonly ICON=$DATA/icons/hicolor/scalable/apps/$PLAYER.svg
# Not where the tests build the player: this one needs no GoogleTest.
readonly BUILD=${YUNDISK_BUILD%/*}/player-install
readonly BUILD_LOG=$BUILD/build.log

parse_options() {
  SERVER='' UNINSTALL=''
  while (($# > 0)); do
    case $1 in
      --uninstall) UNINSTALL=yes ;;
      --server)
        (($# > 1)) || die "--server needs a value." "./yundisk player --server https://disk.example.org"
        SERVER=$2
        shift
        ;;
      *) die "player has no option '$1'." "./yundisk player [--server URL] [--uninstall]" ;;
    esac
    shift
  done
}

build() {
  cmake -S "$CHECKOUT/player" -B "$BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF &&
    ninja -C "$BUILD" -j "$(build_jobs)" "$PLAYER"
}

# The desktop looks this up when somebody opens a link.
register() {
  update-desktop-database -q "$DATA/applications"
  xdg-mime default "$PLAYER.desktop" x-scheme-handler/yundisk
}

install_files() {
  install -D -m 0755 "$BUILD/bin/$PLAYER" "$PROGRAM"
  install -D -m 0644 "$CHECKOUT/player/$PLAYER.svg" "$ICON"
  sed "s|@PROGRAM@|$PROGRAM|" "$CHECKOUT/player/$PLAYER.desktop.in" | write_file "$DESKTOP_FILE"
}

# The yundisk of this checkout, when it was set up.
own_server() {
  { "$CHECKOUT/yundisk" env 2>/dev/null || true; } | sed -n 's/^export YUNDISK_URL=//p'
}

trust() {
  local server=${SERVER:-$(own_server)}
  [[ $server ]] || return 0
  "$PROGRAM" --trust "$server" || die "'$server' is not the address of a server." "An example: https://disk.example.org"
  say "Films of $server play without a question; for other servers the player asks."
}

uninstall() {
  rm -f -- "$PROGRAM" "$DESKTOP_FILE" "$ICON"
  if command -v update-desktop-database >/dev/null && [[ -d $DATA/applications ]]; then
    update-desktop-database -q "$DATA/applications"
  fi
  say "The player is gone. Its settings stay in ${XDG_CONFIG_HOME:-$HOME/.config}/yundisk/player.conf."
}

main() {
  parse_options "$@"
  if [[ $UNINSTALL ]]; then
    uninstall
    return
  fi
  check_system
  install_packages player
  step "Building the player" "$BUILD_LOG" build ||
    die "The player could not be built." "The lines above say why; the whole log is $BUILD_LOG"
  install_files
  register
  trust
  say "The player is installed: choose Open in player for a video on the page of your yundisk."
}

main "$@"
