# The storages' HTTP ports as nginx reaches them: an upstream and a location for each group.
# shellcheck shell=bash

# Lines "<group> <ip:port>" of the storages on this machine that serve HTTP.
storage_http_addresses() {
  local name group listen
  for name in $(daemons_of storaged); do
    group=$(daemon_setting "$name" group)
    listen=$(daemon_setting "$name" http_listen)
    [[ -z $listen ]] || printf '%s %s\n' "${group:-1}" "${listen/#0.0.0.0:/127.0.0.1:}"
  done
}

# A group whose name nginx cannot carry plainly is served by its storages alone.
is_plain_group() { [[ $1 =~ ^[A-Za-z0-9_-]+$ ]]; }

# storage_upstreams <LINES: an upstream for each group, named group_<group>. None is passed over for what it answered before:
# an object that no member can give now would keep all others from being sent.
storage_upstreams() {
  local group address servers
  local -A groups=()
  while read -r group address; do
    if is_plain_group "$group"; then groups[$group]+=" server $address max_fails=0;"; fi
  done
  for group in $(printf '%s\n' "${!groups[@]}" | sort); do
    servers=${groups[$group]}
    printf 'upstream group_%s {%s keepalive 16; }\n  ' "$group" "$servers"
  done
}

# storage_locations <LINES: where /group/<group>/ goes.
storage_locations() {
  local group
  while read -r group; do
    is_plain_group "$group" || continue
    printf 'location /group/%s/ { proxy_pass http://group_%s; include %s/launcher/templates/storage_proxy; }\n    ' \
      "$group" "$group" "$CHECKOUT"
  done < <(cut -d ' ' -f 1 | sort -u)
}
