# What has to be true of the machine before anything is done to it. Each refusal says what to do.
# shellcheck shell=bash
# shellcheck disable=SC2034  # some limits are used by the other parts

readonly MIN_FREE_HOME_MIB=512
readonly MIN_FREE_BUILD_MIB=3072
readonly MIN_FREE_TEST_MIB=12288
readonly MIN_MEMORY_MIB=900
# One compiler may need this much; fewer run at once on small machines.
readonly MEMORY_PER_COMPILER_MIB=1200

check_system() {
  local id='' version=''
  # shellcheck disable=SC1091
  [[ -r /etc/os-release ]] && id=$(. /etc/os-release && printf '%s' "${ID:-}") &&
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  if [[ $id != debian || $version != 12 ]]; then
    [[ ${YUNDISK_ANY_SYSTEM:-} == 1 ]] ||
      die "This is ${id:-an unknown system} ${version}, and yundisk is made for Debian 12." \
        "On a relative of Debian 12, try YUNDISK_ANY_SYSTEM=1 ./yundisk up."
  fi
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "The processor is $(uname -m); yundisk is made for x86_64 and aarch64." ;;
  esac
}

# nginx, MariaDB and the service scripts each have their own quoting; a plain path needs none of it.
check_path() {
  local what=$1 path=$2
  [[ $path != *[!A-Za-z0-9._/+@=,-]* ]] ||
    die "The path of $what is '$path'; only letters, digits and . _ / + @ = , - can be in it." "$3"
}

check_paths() {
  check_path "the checkout" "$CHECKOUT" "Move the checkout to a plainer place."
  check_path "the data" "$YUNDISK_HOME" "Set YUNDISK_HOME to a plainer place."
  ((${#YUNDISK_HOME} <= MAX_HOME_LENGTH)) ||
    die "The path of the data is ${#YUNDISK_HOME} bytes long; unix sockets leave room for $MAX_HOME_LENGTH." \
      "Set YUNDISK_HOME to a shorter path."
}

check_rights() {
  local folder=$YUNDISK_HOME
  while [[ ! -e $folder ]]; do folder=$(dirname -- "$folder"); done
  [[ -d $folder && -w $folder ]] ||
    die "$(id -un) may not write in $folder, where the data goes." \
      "Set YUNDISK_HOME to a folder of your own, or run as the owner of $folder ($(stat -c %U -- "$folder"))."
  if [[ -e $SECRETS_FILE && ! -O $SECRETS_FILE ]]; then
    die "The data in $YUNDISK_HOME belongs to $(stat -c %U -- "$SECRETS_FILE"), and you are $(id -un)." \
      "Run ./yundisk as that user, or give the data away first: chown -R $(id -un) $YUNDISK_HOME"
  fi
}

# check_free FOLDER MIB PURPOSE
check_free() {
  local folder=$1 free
  while [[ ! -e $folder ]]; do folder=$(dirname -- "$folder"); done
  free=$(df --output=avail -m -- "$folder" | tail -n 1)
  ((free >= $2)) ||
    die "Only $((free)) MiB are free in $folder; $3 needs $2 MiB." \
      "Free some space there, or point YUNDISK_HOME and YUNDISK_BUILD to another disk."
}

check_memory() {
  local total
  total=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  ((total >= MIN_MEMORY_MIB)) ||
    warn "this machine has $total MiB of memory; below $MIN_MEMORY_MIB MiB building may fail."
}

check_environment() {
  check_system
  check_paths
  check_rights
  check_memory
  check_free "$YUNDISK_HOME" "$MIN_FREE_HOME_MIB" "running"
  mkdir -p -- "$YUNDISK_HOME" "$RUN_DIR" "$LOG_DIR"
  # Sockets and passwords lie below; nobody else has to look in.
  chmod 0700 -- "$YUNDISK_HOME"
}

# How many compilers may run at once.
build_jobs() {
  local cores available
  cores=$(nproc)
  available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  local jobs=$((available / MEMORY_PER_COMPILER_MIB))
  ((jobs < cores)) || jobs=$cores
  ((jobs > 0)) || jobs=1
  printf '%d' "$jobs"
}
