# Whether each service does its work, and waiting until all of them do.
# shellcheck shell=bash

readonly HEALTHY_SECONDS=90

# The site's answer to a GET, within 5 s. The certificate may be for another name than this machine's address.
site_get() { curl --silent --fail --insecure --noproxy '*' --max-time 5 "$(site_url)$1"; }

# Asks an endpoint something that needs a session: a refusal is an answer; a status from 500 on, or none, is not. The
# service's /healthz knows nothing of the endpoints beside it.
endpoint_answers() {
  local request status
  case $1 in
    account) request=(/api/v1/me) ;;
    files) request=("/api/v1/files?path=/") ;;
    upload) request=(/api/v1/content/health --request PUT) ;;
    download) request=(/api/v1/content/health --head) ;;
    admin) request=(/metrics) ;;
  esac
  status=$(curl --silent --insecure --noproxy '*' --max-time 5 --output /dev/null --write-out '%{http_code}' \
    "$(site_url)${request[0]}" "${request[@]:1}") || return 1
  ((status < 500))
}

# Whether the trackers count on the storage NAME, and on the process that runs now: until then nothing is written to its
# group.
is_active() {
  local group name started running_since
  group=$(daemon_setting "$1" group)
  name=$(daemon_setting "$1" name)
  started=$("$BIN_DIR/yundisk-cli" --config "$CONFIG_FILE" --json nodes 2>/dev/null | tr '{' '\n' |
    grep -F "\"group\":\"${group:-1}\",\"" | grep -F "\"name\":\"$name\",\"" |
    sed -n -E 's/.*"start_time":([0-9]+),"state":"ACTIVE".*/\1/p')
  # s6 counts whole seconds.
  running_since=$((EPOCHSECONDS - $(s6-svstat -o updownfor "$SERVICES_DIR/$1") - 1))
  [[ $started ]] && ((started >= running_since))
}

# service_health NAME: true when it answers.
service_health() {
  case $1 in
    mariadb) mariadb_answers ;;
    redis) redis_answers ;;
    storaged-*) is_listening "$(daemon_port "$1")" && is_active "$1" ;;
    trackerd* | idserverd* | storaged*) is_listening "$(daemon_port "$1")" ;;
    nginx) site_get / >/dev/null ;;
    *) endpoint_answers "$1" ;;
  esac
}

# The service's own opinion of itself, whatever its status code.
health_document() { curl --silent --insecure --noproxy '*' --max-time 5 "$(site_url)/healthz" 2>&1; }

all_are_healthy() {
  local name
  site_get /healthz >/dev/null 2>&1 || return 1
  for name in $SERVICES; do
    is_up "$name" && service_health "$name" >/dev/null 2>&1 || return 1
  done
}

wait_healthy() {
  local end=$((SECONDS + HEALTHY_SECONDS))
  if [[ $ON_TERMINAL ]]; then printf '  Waiting until it is healthy'; fi
  until all_are_healthy; do
    if ((SECONDS >= end)); then
      printf '\n'
      explain_illness
    fi
    if [[ $ON_TERMINAL ]]; then printf '.'; fi
    sleep 0.2
  done
  if [[ $ON_TERMINAL ]]; then printf '\r\e[K'; fi
}

# Whether a service has been up for a moment and answers; one that is restarted again and again has not.
is_steady() {
  is_up "$1" && (($(s6-svstat -o updownfor "$SERVICES_DIR/$1") >= 3)) && service_health "$1" >/dev/null 2>&1
}

explain_illness() {
  local name sick=()
  for name in $SERVICES; do
    is_steady "$name" && continue
    sick+=("$name")
    service_log_tail "$name"
  done
  printf '    GET /healthz: %s\n' "$(health_document)" >&2
  die "yundisk is not healthy after $HEALTHY_SECONDS s${sick[*]:+; look at: ${sick[*]}}." \
    "The ends of the logs are above; ./yundisk status and ./yundisk logs SERVICE show more."
}
