# The service folders that s6 supervises, below $YUNDISK_HOME/services. They are generated; a service's own state (the
# folder `supervise`) is left alone.
# shellcheck shell=bash

# Rotated at this size, compressed, and this many kept, for each service.
readonly LOG_FILE_BYTES=10485760
readonly LOG_FILES_KEPT=20

# service_command NAME: sets COMMAND, the words that run it, WORKING_DIRECTORY, where it will be found, and PROCESS_NAMES.
service_command() {
  local name=$1
  WORKING_DIRECTORY=$SERVICES_DIR/$name
  PROCESS_NAMES=$name
  case $name in
    mariadb)
      COMMAND=(/usr/sbin/mariadbd "--defaults-file=$YUNDISK_HOME/mariadb.cnf")
      WORKING_DIRECTORY=$YUNDISK_HOME/mariadb
      PROCESS_NAMES=mariadbd
      ;;
    redis)
      COMMAND=("$CHECKOUT/launcher/redis_start" "$YUNDISK_HOME/redis" "$YUNDISK_HOME/redis.conf")
      WORKING_DIRECTORY=$YUNDISK_HOME/redis
      PROCESS_NAMES=redis-server
      ;;
    nginx) COMMAND=(/usr/sbin/nginx -e stderr -p "$YUNDISK_HOME/nginx" -c "$YUNDISK_HOME/nginx/nginx.conf") ;;
    trackerd* | idserverd* | storaged*)
      PROCESS_NAMES=$(program_of "$name")
      COMMAND=("$BIN_DIR/$PROCESS_NAMES" --config "$CONFIG_FILE")
      [[ ! $(instance_of "$name") ]] || COMMAND+=(--instance "$(instance_of "$name")")
      ;;
    *)
      COMMAND=(/usr/bin/spawn-fcgi -n -s "$RUN_DIR/$name.sock" -M 0600 -b 1024 --
        /usr/bin/multiwatch -f 1 -- "$BIN_DIR/$name" --config "$CONFIG_FILE")
      PROCESS_NAMES="$name multiwatch"
      ;;
  esac
}

# How long a service may take to stop before it is killed, in ms; 0 waits for ever.
stop_timeout_ms() {
  case $1 in
    mariadb | redis) printf 90000 ;;  # they write what they hold; killed, they recover from their logs
    nginx) printf 0 ;;                # ends its workers itself; its first process must outlive them
    *) printf 20000 ;;
  esac
}

# write_service NAME
write_service() {
  local name=$1 folder=$SERVICES_DIR/$1 COMMAND WORKING_DIRECTORY PROCESS_NAMES
  service_command "$name"
  mkdir -p -- "$folder/log" "$LOG_DIR/$name"
  write_file "$folder/run" 0755 <<TEXT
#!/bin/sh
set -a
. "$SECRETS_FILE"
set +a
exec "$CHECKOUT/launcher/service_start" "$WORKING_DIRECTORY" "$PROCESS_NAMES" ${COMMAND[*]@Q}
TEXT
  write_file "$folder/log/run" 0755 <<TEXT
#!/bin/sh
exec s6-log n$LOG_FILES_KEPT s$LOG_FILE_BYTES '!gzip -nq' "$LOG_DIR/$name"
TEXT
  stop_timeout_ms "$name" | write_file "$folder/timeout-kill"
}

write_services() {
  local name
  for name in $SERVICES; do
    # A folder that is new waits for its turn.
    [[ -d $SERVICES_DIR/$name ]] || { mkdir -p -- "$SERVICES_DIR/$name"; : >"$SERVICES_DIR/$name/down"; }
    write_service "$name"
  done
}

# What yundisk.toml says that concerns a service: a daemon reads its own tables and the shared ones, an endpoint all but the
# daemons', so that a change restarts only those that read it. The lists of trackers and ID servers are left out: what runs
# learns of new ones from a tracker.
configuration_for() {
  awk -v own="$(table_of "$1")" '
    /^[[:space:]]*\[[^]]*\][[:space:]]*(#.*)?$/ {
      table = substr($1, 2, index($1, "]") - 2)
      if (own == "") others = (table ~ /^(tracker|id_server|storage)(\.|$)/)
      else others = (table != own && index(own, table ".") != 1 && table !~ /^(log|cluster|database|redis|metrics)$/)
    }
    table == "cluster" && /^[[:space:]]*(trackers|id_servers)[[:space:]]*=/ { listing = 1 }
    !others && !listing && NF > 0 && $1 !~ /^#/
    listing && /\]/ { listing = 0 }' "$CONFIG_FILE"
}

# What a service is made from: when this changes, the service is started anew.
service_sum() {
  local name=$1 files=("$SERVICES_DIR/$1/run")
  case $name in
    mariadb) files+=("$YUNDISK_HOME/mariadb.cnf" /usr/sbin/mariadbd) ;;
    redis) files+=("$YUNDISK_HOME/redis.conf" /usr/bin/redis-server) ;;
    nginx) files+=(/usr/sbin/nginx) ;;
    *) files+=("$SECRETS_FILE" "$BIN_DIR/$(program_of "$name")") ;;
  esac
  {
    sha256sum -- "${files[@]}"
    if is_configured_by_toml "$name"; then configuration_for "$name"; fi
  } | sha256sum | cut -d ' ' -f 1
}

is_configured_by_toml() { [[ " $STORES nginx " != *" $1 "* ]]; }

# What nginx reads again without a new start.
nginx_configuration_sum() {
  local files=("$YUNDISK_HOME/nginx/nginx.conf" "$CHECKOUT"/launcher/templates/*)
  has_tls && files+=("${SETTINGS[TLS_CERTIFICATE]}" "${SETTINGS[TLS_KEY]}")
  sha256sum -- "${files[@]}" | sha256sum | cut -d ' ' -f 1
}
