#!/bin/bash
# Runs as root: installs the packages named, keeps the services that come with them from starting, now and at boot.
# A service that was installed before is not touched.
set -euo pipefail

readonly POLICY=/usr/sbin/policy-rc.d
readonly MARK="yundisk: no service starts while its packages are installed"
# Another apt or an automatic upgrade may hold the lock for a while.
readonly LOCK_SECONDS=900
# Packages that would bring a running service; we run our own instances of the programs instead.
readonly WITH_SERVICE="nginx redis-server"

export DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

apt() { apt-get -q -y -o "DPkg::Lock::Timeout=$LOCK_SECONDS" "$@"; }

forbid_service_starts() {
  # One that is there already is the administrator's; our own may be left from a run that was killed.
  [[ -e $POLICY ]] && ! grep -q "$MARK" "$POLICY" && return
  trap 'rm -f "$POLICY"' EXIT
  printf '#!/bin/sh\n# %s\nexit 101\n' "$MARK" >"$POLICY"
  chmod 0755 "$POLICY"
}

is_installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

disable_service() {
  if command -v systemctl >/dev/null; then
    systemctl disable "$1" || true
  else
    # It is meant for package scripts and looks whether one calls it.
    DPKG_MAINTSCRIPT_PACKAGE=$1 deb-systemd-helper disable "$1.service" || true
    update-rc.d "$1" disable || true
  fi
}

main() {
  local name fresh=()
  for name in $WITH_SERVICE; do
    if [[ " $* " == *" $name "* ]] && ! is_installed "$name"; then fresh+=("$name"); fi
  done
  forbid_service_starts
  # An installation that was cut off is finished first; apt refuses everything else until then.
  if [[ $(dpkg --audit) ]]; then dpkg --configure -a; fi
  apt update
  apt install --no-install-recommends "$@"
  for name in "${fresh[@]}"; do disable_service "$name"; done
}

main "$@"
