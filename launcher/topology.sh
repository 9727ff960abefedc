# Which daemons a home runs: one of each, or, in the profile `cluster`, as many as yundisk.toml has instances: a table
# [storage.1b] there is the daemon storaged-1b, run with --instance 1b. Whoever adds or takes away such a table and runs
# `up` has changed the cluster.
# shellcheck shell=bash
# shellcheck disable=SC2034  # used by the other parts

# What a cluster has before anybody says otherwise.
readonly DEFAULT_TRACKERS=2 DEFAULT_ID_SERVERS=2 DEFAULT_GROUPS=2 DEFAULT_REPLICAS=2
# More replicas than storage.min_replicas can ask for would be no promise.
readonly MAX_GROUPS=99 MAX_REPLICAS=16

# DAEMON_PORTS: by name; http/storaged-1b is where storaged-1b listens for HTTP.
# DAEMONS, SERVICES: names, in the order they are started. NEW_DAEMONS: those that yundisk.toml has no table for yet.
DAEMONS='' SERVICES='' NEW_DAEMONS=''
declare -A DAEMON_PORTS=()

is_cluster() { [[ ${SETTINGS[PROFILE]} == cluster ]]; }

# Parts of a daemon's name: storaged-1b is the instance 1b of the program storaged, in the table storage.1b.
program_of() { printf '%s' "${1%%-*}"; }

instance_of() { [[ $1 != *-* ]] || printf '%s' "${1#*-}"; }

table_of() {
  local instance
  instance=$(instance_of "$1")
  case $1 in
    trackerd*) printf 'tracker' ;;
    idserverd*) printf 'id_server' ;;
    storaged*) printf 'storage' ;;
  esac
  printf '%s' "${instance:+.$instance}"
}

is_daemon() { [[ " $DAEMONS " == *" $1 "* ]]; }

# daemons_of PROGRAM: those of one program.
daemons_of() {
  local name
  for name in $DAEMONS; do
    if [[ $(program_of "$name") == "$1" ]]; then printf '%s ' "$name"; fi
  done
}

# daemon_setting NAME KEY: from the instance's table, else from its program's.
daemon_setting() {
  local table value
  table=$(table_of "$1")
  value=$(toml_value "$table" "$2")
  [[ $value ]] || value=$(toml_value "${table%%.*}" "$2")
  printf '%s' "$value"
}

# The port a daemon listens on: daemon_port NAME [KEY]
daemon_port() {
  local listen
  listen=$(daemon_setting "$1" "${2:-listen}")
  printf '%s' "${listen##*:}"
}

# The daemons that yundisk.toml has tables for.
configured_daemons() {
  local program instance
  [[ -f $CONFIG_FILE ]] || return 0
  for program in $DAEMON_PROGRAMS; do
    if ! is_cluster; then
      printf '%s ' "$program"
      continue
    fi
    for instance in $(toml_instances "$(table_of "$program")"); do printf '%s ' "$program-$instance"; done
  done
}

# Sets DAEMONS and SERVICES.
name_services() {
  DAEMONS=$(configured_daemons)
  SERVICES="$STORES $DAEMONS$NEW_DAEMONS$ENDPOINTS nginx"
}

# node_names GROUP FIRST COUNT: 1c 1d, from the letter with the number FIRST on; a is 0.
node_names() {
  local letter letters=abcdefghijklmnopqrstuvwxyz
  (($2 + $3 <= ${#letters})) || die "Group $1 has no letters left for $3 more storages."
  for ((letter = $2; letter < $2 + $3; ++letter)); do printf '%d%s ' "$1" "${letters:letter:1}"; done
}

# The group of every storage, a line each.
configured_groups() {
  local instance
  for instance in $(toml_instances storage); do toml_value "storage.$instance" group; done
}

# settle_profile PROFILE GROUPS REPLICAS: what `up` was asked for, each may be empty. A home keeps the profile of its first
# start: under another one the daemons would look for their data elsewhere.
settle_profile() {
  if [[ -f $CONFIG_FILE ]]; then
    [[ ! $1 || $1 == "${SETTINGS[PROFILE]}" ]] ||
      die "The yundisk in $YUNDISK_HOME has the profile ${SETTINGS[PROFILE]}; as $1 it would not find its data." \
        "For another one: YUNDISK_HOME=/another/folder ./yundisk up --profile $1"
  else
    SETTINGS[PROFILE]=${1:-${SETTINGS[PROFILE]}}
  fi
  is_cluster || [[ ! $2$3 ]] || die "--groups and --replicas are for --profile cluster."
  NEW_DAEMONS=''
  if [[ ! -f $CONFIG_FILE ]]; then
    plan_daemons "${2:-${SETTINGS[GROUPS]}}" "${3:-${SETTINGS[REPLICAS]}}"
  elif [[ $2$3 ]]; then
    plan_more_storages "$2" "$3"
  fi
  name_services
}

# The daemons of a new home.
plan_daemons() {
  local i group node
  if ! is_cluster; then
    NEW_DAEMONS="$DAEMON_PROGRAMS "
    return
  fi
  SETTINGS[GROUPS]=$1 SETTINGS[REPLICAS]=$2
  for ((i = 1; i <= DEFAULT_TRACKERS; ++i)); do NEW_DAEMONS+="trackerd-$i "; done
  for ((i = 1; i <= DEFAULT_ID_SERVERS; ++i)); do NEW_DAEMONS+="idserverd-$i "; done
  for ((group = 1; group <= $1; ++group)); do
    for node in $(node_names "$group" 0 "$2"); do NEW_DAEMONS+="storaged-$node "; done
  done
}

# Storages are added: new groups, and replicas behind the last of each group when it was asked for replicas. One goes only when
# its table is taken out, by somebody who knows what it holds, and does not come back by itself.
plan_more_storages() {
  local group groups replicas members first node nodes
  groups=$(configured_groups | sort -u | wc -l)
  replicas=$(configured_groups | sort | uniq -c | awk '$1 > most { most = $1 } END { printf "%d", most }')
  ((${1:-$groups} >= groups && ${2:-$replicas} >= replicas)) ||
    die "This cluster has $groups groups of up to $replicas storages; fewer would hide what the others hold." \
      "docs/operations.md tells how a storage is taken away."
  groups=${1:-$groups} replicas=${2:-$replicas}
  SETTINGS[GROUPS]=$groups SETTINGS[REPLICAS]=$replicas
  for ((group = 1; group <= groups; ++group)); do
    read -r -d '' -a members < <(toml_instances storage | grep -x "${group}[a-z]" | sort) || true
    first=0
    if ((${#members[@]} > 0)); then
      [[ $2 ]] || continue
      first=$(($(printf '%d' "'${members[-1]#"$group"}") - 96))
    fi
    nodes=$(node_names "$group" "$first" $((replicas - ${#members[@]})))
    for node in $nodes; do NEW_DAEMONS+="storaged-$node "; done
  done
}

# Sets DAEMON_PORTS: those of yundisk.toml; for new daemons the usual ones, behind those in use, or free ones.
settle_daemon_ports() {
  local name
  for name in $DAEMONS; do
    DAEMON_PORTS[$name]=$(daemon_port "$name")
    if [[ $name == storaged* ]]; then DAEMON_PORTS[http/$name]=$(daemon_port "$name" http_listen); fi
  done
  for name in $NEW_DAEMONS; do
    DAEMON_PORTS[$name]=$(new_port "$name")
    if [[ $name == storaged* ]]; then DAEMON_PORTS[http/$name]=$(new_port "http/$name"); fi
  done
  DAEMONS+=$NEW_DAEMONS
}

new_port() {
  if [[ $CHOOSE_PORTS ]]; then free_port "${SETTINGS[HTTP_PORT]}" "${DAEMON_PORTS[@]}"; else usual_port "$1"; fi
}

# The port behind the highest that the same program has; in a running cluster, the next free one.
usual_port() {
  local program name port
  program=$(program_of "$1")
  case $program in
    trackerd) port=21000 ;;
    idserverd) port=22000 ;;
    storaged) port=23000 ;;
    http/storaged) port=8888 ;;
  esac
  for name in "${!DAEMON_PORTS[@]}"; do
    if [[ $name == "$program"* ]] && ((${DAEMON_PORTS[$name]:-0} >= port)); then port=$((DAEMON_PORTS[$name] + 1)); fi
  done
  if [[ -f $CONFIG_FILE ]]; then
    while is_listening "$port"; do port=$((port + 1)); done
  fi
  printf '%d' "$port"
}
