# Which ports are taken, by whom, and choosing free ones.
# shellcheck shell=bash

# Free ports are chosen below the range the kernel gives to outgoing connections.
readonly FIRST_CHOSEN_PORT=24000
readonly LAST_CHOSEN_PORT=32000

# The inodes of the sockets that listen on TCP port $1, a line each.
listening_inodes() {
  local hex
  printf -v hex ':%04X' "$1"
  awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

is_listening() { [[ $(listening_inodes "$1") ]]; }

# free_port TAKEN...: a free port that is none of these.
free_port() {
  local port
  for _ in {1..200}; do
    port=$((FIRST_CHOSEN_PORT + SRANDOM % (LAST_CHOSEN_PORT - FIRST_CHOSEN_PORT)))
    [[ " $* " == *" $port "* ]] && continue
    is_listening "$port" || { printf '%d' "$port"; return; }
  done
  die "No free port was found between $FIRST_CHOSEN_PORT and $LAST_CHOSEN_PORT."
}

# Who listens on port $1, as far as this user may see.
port_holder() {
  local inode link pid
  inode=$(listening_inodes "$1" | head -n 1)
  link=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\\[$inode\\]" -print -quit 2>/dev/null) || true
  [[ $link ]] || { printf 'a process of another user'; return; }
  pid=${link#/proc/}
  pid=${pid%%/*}
  printf 'process %d, %s' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-160)"
}

# require_port PORT REMEDY...: dies when somebody who is not ours listens there.
require_port() {
  local port=$1
  shift
  is_listening "$port" || return 0
  die "Port $port is in use by $(port_holder "$port")." "$@"
}
