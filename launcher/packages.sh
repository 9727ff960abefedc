# Which Debian packages are missing, and bringing them: with sudo when not root, and never starting a service.
# shellcheck shell=bash

# The names in launcher/packages/<list>..., without comments.
package_names() {
  local list
  (($# > 0)) || return 0
  for list in "$@"; do
    sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$CHECKOUT/launcher/packages/$list"
  done
}

missing_packages() {
  local name
  local -A installed=()
  while read -r name; do installed[$name]=1; done < <(
    # shellcheck disable=SC2016  # dpkg-query fills these in
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p'
  )
  while read -r name; do
    [[ ${installed[$name]:-} ]] || printf '%s\n' "$name"
  done < <(package_names "$@")
}

# Asks for the password once, before progress lines would hide the question.
become_root_or_die() {
  ((EUID == 0)) && return
  local command="apt-get install --no-install-recommends $*"
  command -v sudo >/dev/null ||
    die "Packages are missing, and sudo is not there to install them." "As root: $command"
  sudo -v || die "Packages are missing, and sudo does not let $(id -un) install them." "As root: $command"
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# install_packages LIST...: whatever of these lists is not installed.
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  if [[ ${NO_INSTALL:-} ]]; then
    die "Packages are missing: ${missing[*]}" "As root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  become_root_or_die "${missing[@]}"
  check_free /var/cache/apt 1024 "installing packages"
  step "Installing ${#missing[@]} packages" "$LOG_DIR/install.log" \
    as_root bash "$CHECKOUT/launcher/apt_install.sh" "${missing[@]}" ||
    die "Packages could not be installed." \
      "The lines above are apt's; once what they say is solved, ./yundisk up goes on from here." \
      "No network or an old package list: as root, apt-get update"
}
