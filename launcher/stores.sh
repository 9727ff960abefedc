# The private MariaDB and Redis: their configuration, first contents, and when they are ready.
# shellcheck shell=bash

mariadb_query() { mariadb --no-defaults --socket="$RUN_DIR/mariadb.sock" --user="$(id -un)" --batch --skip-column-names "$@"; }

mariadb_answers() { mariadb_query -e 'SELECT 1' >/dev/null 2>&1; }

redis_answers() { [[ $(redis-cli -s "$RUN_DIR/redis.sock" ping 2>/dev/null) == PONG ]]; }

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# Passwords and keys are made once and never printed.
make_secrets() {
  [[ -s $YUNDISK_HOME/secret ]] || random_hex 32 | write_file "$YUNDISK_HOME/secret" 0600
  [[ -s $SECRETS_FILE ]] ||
    printf 'YUNDISK_DATABASE_PASSWORD=%s\n' "$(random_hex 24)" | write_file "$SECRETS_FILE" 0600
}

# Made beside its place and renamed when whole, so that an interrupted first start begins again.
make_mariadb_folder() {
  local new=$YUNDISK_HOME/mariadb.new
  rm -rf -- "$new"
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$new" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" &&
    sync -f -- "$new" &&
    mv -T -- "$new" "$YUNDISK_HOME/mariadb"
}

prepare_stores() {
  mkdir -p -- "$YUNDISK_HOME/redis" "$YUNDISK_HOME/mariadb-tmp"
  [[ -d $YUNDISK_HOME/mariadb ]] ||
    step "Making the database" "$LOG_DIR/mariadb-install.log" make_mariadb_folder ||
    die "MariaDB could not make its folder." "The lines above are from mariadb-install-db."
}

# The account that matches the system user comes from mariadb-install-db; it is let in by who it is, without a password.
make_database() {
  local password
  password=$(sed -n 's/^YUNDISK_DATABASE_PASSWORD=//p' "$SECRETS_FILE")
  mariadb_query <<SQL
CREATE DATABASE IF NOT EXISTS yundisk CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER IF NOT EXISTS yundisk@localhost;
ALTER USER yundisk@localhost IDENTIFIED BY '$password';
GRANT ALL ON yundisk.* TO yundisk@localhost;
SQL
}

start_stores() {
  refresh_service mariadb
  refresh_service redis
  wait_until "$START_SECONDS" mariadb_answers ||
    { service_log_tail mariadb; die "MariaDB does not answer." "Its log: ./yundisk logs mariadb"; }
  wait_until "$START_SECONDS" redis_answers ||
    { service_log_tail redis; die "Redis does not answer." "Its log: ./yundisk logs redis"; }
}

migrate_database() {
  (
    set -a
    # shellcheck disable=SC1090
    . "$SECRETS_FILE"
    "$BIN_DIR/migrate" --config "$CONFIG_FILE" --directory "$CHECKOUT/sql"
  )
}

prepare_database() {
  make_database || die "The database or its user could not be made." "MariaDB's log: ./yundisk logs mariadb"
  migrate_database >"$LOG_DIR/migrate.log" 2>&1 ||
    { sed 's/^/    /' "$LOG_DIR/migrate.log" >&2; die "The database could not be brought up to date."; }
}
