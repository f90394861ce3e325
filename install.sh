#!/bin/sh
# Installs, upgrades and removes the Overdue agent on Debian and Ubuntu. POSIX sh; see --help and docs/how-to/install.md.
#
#   curl -fsSL https://COLLECTOR/install.sh | sudo sh -s -- --join-key-file FILE
#
# In this order: look, reach the collector, download and check beside the places in use, enrol, and only then put things
# in place. Until then a failure or Ctrl-C leaves the host as it was; after it, running this again goes on where it
# stopped.
# Secrets stay in files: never in arguments, the environment or a unit.

# All of it is one command, run when its last brace has come: a download that breaks off anywhere does nothing. Without,
# the beginning of a function's name would be run as a command.
{
set -eu

INSTALLER_VERSION=0.1.0
# 2026-11-22 UTC. A clock before that is wrong, and certificates would seem not to be valid yet.
WRITTEN_AT=1795305600
# KiB: unpacked runtime, the archive beside it, and room to spare.
ROOM_KIB=190000
ACKNOWLEDGED_WITHIN_S=30

usage() {
  cat <<'END'
Installs the Overdue agent: this host then tells its collector whether it needs a restart.

  curl -fsSL https://COLLECTOR/install.sh | sudo sh -s -- --join-key-file FILE
  sudo sh install.sh --join-key-file FILE --download-dir DIR      no download: DIR holds a copy of the collector's /agent/
  sudo sh install.sh --upgrade                                    the collector's version, everything else as it is
  sudo sh install.sh --uninstall                                  tells the collector, leaves nothing

Each flag may be set in the environment instead: --join-key-file is OVERDUE_JOIN_KEY_FILE, --tag is OVERDUE_TAGS.

  --url URL                 address of the collector, where the join key's bundle does not bring it
  --join-key-file FILE      what "overdue-collector join-key create" made; deleted when this host is enrolled
  --application, --environment, --name TEXT, --tag KEY=VALUE (again for more)     what this server is called
  --ca-file FILE            authority that signs the collector's certificate (PEM)
  --pin sha256/BASE64       key the collector must have (again for the next one)
  --proxy URL               HTTP proxy on the way; with a password only as OVERDUE_PROXY
  --version V               install this version or nothing
  --download-dir DIR        take the files from there; SHA256SUMS among them
  --upgrade                 only where it is installed; keeps settings, state and credential
  --allow-downgrade         take an older version than the one installed
  --no-start                install and enrol, start nothing
  --bake                    for images: install without enrolling; the first boot does, with the join key given here
  --with-unattended-upgrades  have security updates installed, from security origins alone, without restarts
  --dry-run                 show what would be done
  --yes                     do not ask, even on a terminal
  --uninstall [--purge]     remove it; --purge: and what others put beside it
  --diagnose                print what helps to find a fault; no secrets
  --help

Exit codes: 0 done, 1 failed, 2 wrong use, 4 join key not accepted, 5 collector not reached, 6 first report not
acknowledged in time, 130 interrupted.
END
}

# ---- words -----------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

step() {
  STEP=$((STEP + 1))
  DOING=$*
  say "[$STEP/$STEPS] $*"
}

fail() {
  code=$1
  shift
  say "error: $*"
  exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

# A name and password inside an address are for nobody's eyes.
masked() { sed 's#://[^@/"]*@#://***@#g'; }

# ---- arguments -------------------------------------------------------------------------------------------------------

is_on() {
  case ${1-} in
    1 | true | yes) return 0 ;;
    '' | 0 | false | no) return 1 ;;
    *) fail 2 "$2: write 1 or 0, not \"$1\"" ;;
  esac
}

# The environment first, so that a flag wins.
take_environment() {
  URL=${OVERDUE_URL-} JOIN_KEY_FILE=${OVERDUE_JOIN_KEY_FILE-} APPLICATION=${OVERDUE_APPLICATION-}
  ENVIRONMENT=${OVERDUE_ENVIRONMENT-} NAME=${OVERDUE_NAME-} TAGS=${OVERDUE_TAGS-} WANTED=${OVERDUE_VERSION-}
  CA_FILE=${OVERDUE_CA_FILE-} PINS=${OVERDUE_PINS-} PROXY=${OVERDUE_PROXY-} DOWNLOAD_DIR=${OVERDUE_DOWNLOAD_DIR-}
  NO_START='' DRY_RUN='' YES='' UPGRADE='' UNINSTALL='' PURGE='' DIAGNOSE='' BAKE='' SECURITY_UPDATES='' DOWNGRADE=''
  if is_on "${OVERDUE_NO_START-}" OVERDUE_NO_START; then NO_START=1; fi
  if is_on "${OVERDUE_DRY_RUN-}" OVERDUE_DRY_RUN; then DRY_RUN=1; fi
  if is_on "${OVERDUE_YES-}" OVERDUE_YES; then YES=1; fi
  if is_on "${OVERDUE_UPGRADE-}" OVERDUE_UPGRADE; then UPGRADE=1; fi
  if is_on "${OVERDUE_UNINSTALL-}" OVERDUE_UNINSTALL; then UNINSTALL=1; fi
  if is_on "${OVERDUE_PURGE-}" OVERDUE_PURGE; then PURGE=1; fi
  if is_on "${OVERDUE_DIAGNOSE-}" OVERDUE_DIAGNOSE; then DIAGNOSE=1; fi
  if is_on "${OVERDUE_BAKE-}" OVERDUE_BAKE; then BAKE=1; fi
  if is_on "${OVERDUE_WITH_UNATTENDED_UPGRADES-}" OVERDUE_WITH_UNATTENDED_UPGRADES; then SECURITY_UPDATES=1; fi
  if is_on "${OVERDUE_ALLOW_DOWNGRADE-}" OVERDUE_ALLOW_DOWNGRADE; then DOWNGRADE=1; fi
}

take_arguments() {
  flag_tags='' flag_pins=''
  while [ $# -gt 0 ]; do
    case $1 in
      --*=*)
        name=${1%%=*} value=${1#*=}
        shift
        set -- "$name" "$value" "$@"
        continue
        ;;
      --url | --join-key-file | --application | --environment | --name | --tag | --version | --ca-file | --pin | --proxy | --download-dir)
        [ $# -ge 2 ] || fail 2 "$1 takes a value; see --help"
        take_value "$1" "$2"
        shift
        ;;
      --no-start) NO_START=1 ;;
      --dry-run) DRY_RUN=1 ;;
      --yes | -y) YES=1 ;;
      --upgrade) UPGRADE=1 ;;
      --allow-downgrade) DOWNGRADE=1 ;;
      --uninstall) UNINSTALL=1 ;;
      --purge) PURGE=1 ;;
      --diagnose) DIAGNOSE=1 ;;
      --bake) BAKE=1 ;;
      --with-unattended-upgrades) SECURITY_UPDATES=1 ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) fail 2 "\"$1\" is not known here; see --help" ;;
    esac
    shift
  done
  [ -z "$flag_tags" ] || TAGS=$flag_tags
  [ -z "$flag_pins" ] || PINS=$flag_pins
}

take_value() {
  case $1 in
    --url) URL=$2 ;;
    --join-key-file) JOIN_KEY_FILE=$2 ;;
    --application) APPLICATION=$2 ;;
    --environment) ENVIRONMENT=$2 ;;
    --name) NAME=$2 ;;
    --tag) flag_tags=${flag_tags:+$flag_tags,}$2 ;;
    --version) WANTED=$2 ;;
    --ca-file) CA_FILE=$2 ;;
    --pin) flag_pins=${flag_pins:+$flag_pins,}$2 ;;
    --download-dir) DOWNLOAD_DIR=$2 ;;
    --proxy)
      case $2 in
        *://*@*) fail 2 "--proxy: everybody here can read arguments; set OVERDUE_PROXY, or proxy in agent.toml" ;;
      esac
      PROXY=$2
      ;;
  esac
}

check_arguments() {
  [ -z "$PURGE" ] || [ -n "$UNINSTALL" ] || fail 2 "--purge goes with --uninstall"
  [ -z "$BAKE" ] || [ -z "$UPGRADE" ] || fail 2 "--bake makes images, --upgrade is for hosts: give one of them"
  [ -z "$CA_FILE" ] || [ -r "$CA_FILE" ] || fail 2 "--ca-file: $CA_FILE cannot be read"
  [ -z "$JOIN_KEY_FILE" ] || [ -r "$JOIN_KEY_FILE" ] || fail 2 "--join-key-file: $JOIN_KEY_FILE cannot be read"
  [ -z "$DOWNLOAD_DIR" ] || [ -r "$DOWNLOAD_DIR/SHA256SUMS" ] || fail 2 "--download-dir: there is no $DOWNLOAD_DIR/SHA256SUMS"
  # What is written into agent.toml must stay on its line.
  case "$URL$APPLICATION$ENVIRONMENT$NAME$TAGS$PINS$PROXY" in
    *[[:cntrl:]]*) fail 2 "a value holds a line break or another control character" ;;
  esac
}

# ---- this host -------------------------------------------------------------------------------------------------------

# OVERDUE_ROOT is for tests: every path below it, and no need to be root.
set_places() {
  ROOT=${OVERDUE_ROOT-}
  LIB=$ROOT/usr/lib/overdue
  ETC=$ROOT/etc/overdue
  CONFIG=$ETC/agent.toml
  STATE=$ROOT/var/lib/overdue-agent
  RUN=$ROOT/run/overdue-agent
  LOCK=$ROOT/run/overdue-install.lock
  UPDATES=$ROOT/etc/apt/apt.conf.d/52overdue-security-updates
}

look_at_host() {
  [ "$(uname -s)" = Linux ] || fail 1 "this is $(uname -s); the agent runs on Linux"
  [ -n "$ROOT" ] || [ "$(id -u)" = 0 ] || fail 1 "root is needed to install; run this with sudo"
  for program in dpkg tar sha256sum; do
    have "$program" || fail 1 "$program is missing; the agent is made for Debian and Ubuntu"
  done
  case " $(release_of ID) $(release_of ID_LIKE) " in
    *' debian '* | *' ubuntu '*) ;;
    *) fail 1 "this is $(release_of PRETTY_NAME); the agent is made for Debian and Ubuntu" ;;
  esac
  case $(dpkg --print-architecture) in
    amd64) ARCHITECTURE=x64 ;;
    arm64) ARCHITECTURE=arm64 ;;
    *) fail 1 "there is no runtime for $(dpkg --print-architecture); amd64 and arm64 are made" ;;
  esac
  have systemctl || fail 1 "systemd is needed to run the agent"
  INSTALLED=$(cat "$LIB/VERSION" 2>/dev/null) || INSTALLED=''
  if [ -n "$UPGRADE" ] && [ -z "$INSTALLED" ]; then fail 1 "--upgrade: it is not installed here"; fi
  if [ -n "$BAKE" ] && [ -e "$STATE/credential" ]; then
    fail 1 "--bake: this host is enrolled, and every copy of it would be the same server; --uninstall it first"
  fi
  is_clock_sane || fail 1 "the clock says $(date -u +%Y-%m-%d): set it first, or no certificate can be checked"
  for place in "$ROOT/usr/lib" "$ROOT/var/lib" "$ROOT/etc"; do
    [ -w "$place" ] || fail 1 "$place cannot be written: is it mounted read-only?"
  done
}

release_of() { sed -n "s/^$1=//p" "$ROOT/etc/os-release" 2>/dev/null | tr -d '"' | head -n 1; }

# Only what is certain: what it says beside the collector's is looked at when that has answered.
is_clock_sane() { [ "$(date +%s)" -ge "$WRITTEN_AT" ]; }

has_room() {
  for place in "$ROOT/usr/lib" "$ROOT/var/lib" "$ROOT/etc"; do
    free=$(df -Pk "$place" | awk 'NR == 2 { print $4 }')
    need=2000
    if [ "$place" = "$ROOT/usr/lib" ] && [ -z "$SAME_RUNTIME" ]; then need=$ROOM_KIB; fi
    [ "$free" -ge "$need" ] || fail 1 "$place has $((free / 1000)) MB free and $((need / 1000)) MB are needed. Nothing was changed"
  done
}

# One at a time. A lock that a killed run left behind is taken over.
lock() {
  mkdir -p "${LOCK%/*}"
  if ! mkdir "$LOCK" 2>/dev/null; then
    holder=$(cat "$LOCK/pid" 2>/dev/null) || holder=''
    if [ -z "$holder" ] || kill -0 "$holder" 2>/dev/null; then
      fail 1 "another run of this is at work (process ${holder:-unknown}); if not, remove $LOCK"
    fi
    rm -rf "$LOCK"
    mkdir "$LOCK" 2>/dev/null || fail 1 "another run of this is at work"
  fi
  LOCKED=1
  echo $$ >"$LOCK/pid"
}

confirm() {
  if [ -n "$YES" ] || ! (: </dev/tty) 2>/dev/null; then return 0; fi
  printf '%s [Y/n] ' "$1" >/dev/tty
  read -r answer </dev/tty || answer=n
  case $answer in
    '' | y | Y | yes) ;;
    *) fail 1 "nothing was changed" ;;
  esac
}

# ---- the collector ---------------------------------------------------------------------------------------------------

# Flags first, then what agent.toml has, then the join key's bundle, then what an earlier enrolment kept.
find_collector() {
  WAY_URL=${URL:-$(setting url "$CONFIG")}
  WAY_PINS=${PINS:-$(sed -n 's/^pins *= *\[\(.*\)\].*/\1/p' "$CONFIG" 2>/dev/null | tr -d ' "')}
  WAY_PROXY=${PROXY:-$(setting proxy "$CONFIG")}
  WAY_CA=${CA_FILE:-$(setting caFile "$CONFIG")}
  for bundle in "$JOIN_KEY_FILE" "$ETC/join-key"; do
    if [ -z "$bundle" ] || [ ! -r "$bundle" ]; then continue; fi
    [ -n "$WAY_URL" ] || WAY_URL=$(setting url "$bundle")
    [ -n "$WAY_PINS" ] || WAY_PINS=$(sed -n 's/^pins *= *\[\(.*\)\].*/\1/p' "$bundle" | tr -d ' "')
    [ -n "$WAY_CA" ] || keep_ca "$(setting ca "$bundle")"
  done
  if [ -r "$STATE/enrolled.json" ]; then
    [ -n "$WAY_URL" ] || WAY_URL=$(sed -n 's/^{"url":"\([^"]*\)".*/\1/p' "$STATE/enrolled.json")
    [ -n "$WAY_PINS" ] || WAY_PINS=$(sed -n 's/.*"pins":\[\([^]]*\)\].*/\1/p' "$STATE/enrolled.json" | tr -d '"')
    [ -n "$WAY_CA" ] || keep_ca "$(sed -n 's/.*"ca":"\([^"]*\)".*/\1/p' "$STATE/enrolled.json")"
  fi
  WAY_URL=${WAY_URL%/}
  case $WAY_URL in
    https://*) ;;
    http://*) is_loopback || is_plain_allowed || fail 2 "$WAY_URL: use https://; what is sent there would cross the network readable" ;;
    '') [ -n "$BAKE$DOWNLOAD_DIR" ] || fail 2 "where is the collector? Give --url, or a join key's bundle" ;;
    *) fail 2 "--url: $WAY_URL is no https:// address" ;;
  esac
  choose_proxy
}

is_loopback() {
  case $WAY_URL/ in
    http://127.0.0.1[:/]* | http://localhost[:/]* | 'http://[::1]'[:/]*) return 0 ;;
    *) return 1 ;;
  esac
}

is_plain_allowed() { grep -q '^allowPlainHttp *= *true' "$CONFIG" 2>/dev/null; }

# The value of a key with a text on one line, in TOML.
setting() {
  [ -r "$2" ] || return 0
  sed -n "s/^$1 *= *[\"']\([^\"']*\)[\"'].*/\1/p" "$2" | head -n 1
}

# A certificate as TOML and JSON write it on one line.
keep_ca() {
  [ -n "$1" ] || return 0
  WAY_CA=$STAGE/bundle-ca.pem
  printf '%b' "$1" >"$WAY_CA"
}

# What the environment of this shell names is kept for the agent, whose unit has another environment.
choose_proxy() {
  if is_loopback; then WAY_PROXY=none; fi
  [ -z "$WAY_PROXY" ] || return 0
  host=${WAY_URL#*://}
  host=${host%%[:/]*}
  case ",${NO_PROXY-${no_proxy-}}," in
    *",$host,"* | *",*,"*) return 0 ;;
  esac
  for suffix in $(printf %s "${NO_PROXY-${no_proxy-}}" | tr ',' ' '); do
    case $host in *".${suffix#.}") return 0 ;; esac
  done
  WAY_PROXY=${HTTPS_PROXY-${https_proxy-}}
  PROXY=$WAY_PROXY
}

# get PATH FILE: headers go to $STAGE/headers. Returns the exit code of the program that asked.
get() {
  if have curl; then
    # Settings by standard input: a proxy's password must not be among the arguments.
    way_of_curl "$1" | curl -q -fsS --tlsv1.2 --connect-timeout 10 --speed-time 20 --speed-limit 1000 --retry 3 \
      -D "$STAGE/headers" -o "$2" -K - 2>"$STAGE/said"
  else
    way_of_wget "$1" "$2"
  fi
}

way_of_curl() {
  printf 'url = %s\n' "$(quoted "$WAY_URL$1")"
  [ -z "$WAY_CA" ] || printf 'cacert = %s\n' "$(quoted "$WAY_CA")"
  [ -z "$WAY_PINS" ] || printf 'pinnedpubkey = %s\n' "$(quoted "$(curl_pins)")"
  case $WAY_PROXY in
    '' | none) echo 'noproxy = "*"' ;;
    *) printf 'proxy = %s\n' "$(quoted "$WAY_PROXY")" ;;
  esac
}

curl_pins() { printf %s "$WAY_PINS" | sed 's#sha256/#sha256//#g; s#,#;#g'; }

way_of_wget() {
  set -- "$1" "$2" --server-response --timeout=20 --tries=3
  [ -z "$WAY_CA" ] || set -- "$@" "--ca-certificate=$WAY_CA"
  [ -z "$WAY_PINS" ] || set -- "$@" "--pinnedpubkey=$(curl_pins)"
  way=$1 target=$2
  shift 2
  case $WAY_PROXY in
    '' | none) set -- "$@" --no-proxy ;;
  esac
  http_proxy=$WAY_PROXY https_proxy=$WAY_PROXY wget -O "$target" "$@" "$WAY_URL$way" 2>"$STAGE/said" || {
    # In curl's numbers, so that one place explains them.
    case $? in
      3) return 23 ;;
      4) return 7 ;;
      5) return 60 ;;
      8) return 22 ;;
      *) return 1 ;;
    esac
  }
  sed -n 's/^  //p' "$STAGE/said" >"$STAGE/headers"
}

reach_collector() {
  if ! have curl && ! have wget; then
    [ -n "$DOWNLOAD_DIR" ] || fail 1 "curl or wget is needed (apt-get install curl), or --download-dir"
    say "      neither curl nor wget is here: enrolling will show whether the collector can be reached"
    return 0
  fi
  get /-/healthy "$STAGE/healthy" || explain_way $?
  REACHED=1
  theirs=$(sed -n 's/^[Dd]ate: *//p' "$STAGE/headers" | tail -n 1 | tr -d '\r')
  theirs=$(date -d "$theirs" +%s 2>/dev/null) || return 0
  skew=$(($(date +%s) - theirs))
  if [ "${skew#-}" -gt 300 ]; then
    say "      warning: this clock is $((skew / 60)) min off the collector's; let this host keep time"
  fi
}

explain_way() {
  said=$(masked <"$STAGE/said" 2>/dev/null | tail -n 1) || said=''
  say "      $said"
  where=${WAY_URL#*://}
  case $1 in
    5) fail 5 "the proxy's name cannot be resolved. Nothing was changed" ;;
    6) fail 5 "$where cannot be resolved or reached: is DNS set up on this host? Nothing was changed" ;;
    7) fail 5 "$where does not answer: does the collector run, and may this host reach it? Nothing was changed" ;;
    28) fail 5 "$where does not answer in time. Nothing was changed" ;;
    35 | 51 | 58 | 60 | 77 | 83 | 90)
      fail 5 "$where is not trusted to be the collector (wrong --ca-file or --pin, or the clock, which says $(date -u +%Y-%m-%d)). No secret was sent, nothing was changed"
      ;;
    *) fail 5 "$WAY_URL did not answer as a collector does. Nothing was changed" ;;
  esac
}

# ---- download and check ----------------------------------------------------------------------------------------------

# fetch NAME: into $STAGE/download, or says why not.
fetch() {
  if [ -n "$DOWNLOAD_DIR" ]; then
    [ -r "$DOWNLOAD_DIR/$1" ] || fail 1 "$DOWNLOAD_DIR has no $1"
    ln -s "$(CDPATH='' cd -- "$DOWNLOAD_DIR" && pwd)/$1" "$STAGE/download/$1"
    return 0
  fi
  code=0
  get "/agent/$1" "$STAGE/download/$1" || code=$?
  case $code in
    0) ;;
    22) fail 1 "the collector has no $1: on it, run npm run build, or copy a release's agent folder there" ;;
    23) fail 1 "$1 cannot be written: is the disk full? Nothing was changed" ;;
    *) explain_way "$code" ;;
  esac
}

sum_of() { awk -v name="$1" '$2 == name { print $1 }' "$2" 2>/dev/null; }

verify() {
  wanted=$(sum_of "$1" "$STAGE/download/SHA256SUMS")
  [ -n "$wanted" ] || fail 1 "SHA256SUMS does not name $1"
  got=$(sha256sum "$STAGE/download/$1" | cut -d ' ' -f 1)
  [ "$got" = "$wanted" ] || fail 1 "$1 is not what SHA256SUMS says. Nothing was changed"
}

download_list() {
  mkdir -p "$STAGE/download"
  fetch SHA256SUMS
  fetch VERSION
  verify VERSION
  OFFERED=$(cat "$STAGE/download/VERSION")
  if [ -n "$WANTED" ] && [ "$WANTED" != "$OFFERED" ]; then
    fail 1 "version $WANTED was asked for, and $OFFERED is what there is"
  fi
  if [ -n "$INSTALLED" ] && [ -z "$DOWNGRADE" ] && dpkg --compare-versions "$OFFERED" lt "$INSTALLED"; then
    fail 1 "$INSTALLED is installed, which is newer than $OFFERED; --allow-downgrade takes the older one"
  fi
  RUNTIME=node-linux-$ARCHITECTURE.tar.xz
  runtime_sum=$(sum_of "$RUNTIME" "$STAGE/download/SHA256SUMS")
  [ -n "$runtime_sum" ] || fail 1 "there is no $RUNTIME: on the collector, run npm run build"
  SAME_RUNTIME=''
  if [ -x "$LIB/node" ] && [ "$runtime_sum" = "$(sum_of "$RUNTIME" "$LIB/SHA256SUMS")" ]; then SAME_RUNTIME=1; fi
}

download_rest() {
  for name in overdue-agent.cjs overdue-agent-files.tar; do
    fetch "$name"
    verify "$name"
  done
  [ -n "$SAME_RUNTIME" ] || { fetch "$RUNTIME" && verify "$RUNTIME"; }
}

# Beside the place in use and on its disk: it takes two renames to change over, and /tmp may be mounted noexec.
unpack() {
  NEW=$STAGE/overdue
  mkdir "$NEW"
  chmod 0755 "$NEW"
  if [ -n "$SAME_RUNTIME" ]; then
    ln "$LIB/node" "$NEW/node" 2>/dev/null || cp -p "$LIB/node" "$NEW/node"
    cp -Rp "$LIB/lib" "$LIB/LICENSE.node" "$NEW/"
  else
    unpack_runtime "$STAGE/download/$RUNTIME" | tar -xof - -C "$NEW" || fail 1 "the runtime cannot be unpacked: is the disk full? Nothing was changed"
    rm -f "$STAGE/download/$RUNTIME"
  fi
  for name in overdue-agent.cjs overdue-agent-files.tar SHA256SUMS VERSION; do
    cp -L "$STAGE/download/$name" "$NEW/$name"
    chmod 0644 "$NEW/$name"
  done
  mkdir "$STAGE/files"
  tar -xof "$NEW/overdue-agent-files.tar" -C "$STAGE/files"
  files_in "$NEW" >"$STAGE/list"
}

# A minimal Debian has no xz, but its dpkg-deb can: the archive is handed to it as the data of a package (deb(5)).
unpack_runtime() {
  if have xz; then
    xz -dc "$1"
  else
    size=$(wc -c <"$1")
    {
      printf '!<arch>\n'
      ar_member debian-binary 4
      printf '2.0\n'
      ar_member control.tar.xz 0
      ar_member data.tar.xz "$((size))"
      cat "$1"
      [ $((size % 2)) -eq 0 ] || echo
    } | dpkg-deb --fsys-tarfile -
  fi
}

ar_member() { printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "$1" 0 0 0 100644 "$2"; }

# The files of a version outside its own folder. Nothing else than these kinds, wherever the list comes from.
files_in() {
  tar -tf "$1/overdue-agent-files.tar" 2>/dev/null | grep -v '/$' |
    grep -E '^usr/(bin/overdue-agent|lib/(systemd/system|sysusers\.d|tmpfiles\.d)/overdue[A-Za-z0-9.-]*)$' || true
}

# in_new COMMAND...: the agent that was just unpacked, with the settings that are to be.
in_new() {
  run_agent "$NEW" "$@" --config "$STAGE/agent.toml"
}

run_agent() {
  from=$1
  shift
  env -i PATH="$PATH" MALLOC_ARENA_MAX=1 LD_LIBRARY_PATH="$from/lib" \
    "$from/node" "$from/overdue-agent.cjs" "$@" --state-dir "$STATE" --runtime-dir "$RUN"
}

try_runtime() {
  set_ca_flag
  code=0
  # shellcheck disable=SC2086  # none, or one flag and its value
  said=$(in_new status --json $CA_FLAG 2>&1 >/dev/null) || code=$?
  [ "$code" = 0 ] || say "      $(printf %s "$said" | masked | head -n 1)"
  case $code in
    0) ;;
    2) fail 2 "agent.toml would not be right. Nothing was changed" ;;
    126) fail 1 "the runtime may not be executed: is $ROOT/usr/lib mounted noexec? Nothing was changed" ;;
    *)
      case $said in
        *libatomic*) fail 1 "the runtime needs libatomic1 (apt-get install libatomic1). Nothing was changed" ;;
        *) fail 1 "the runtime does not work on this host. Nothing was changed" ;;
      esac
      ;;
  esac
}

# A certificate that is not in place yet is read from where it waits.
set_ca_flag() {
  CA_FLAG=''
  [ -z "$CA_FILE" ] || CA_FLAG="--ca-file $STAGE/ca.pem"
}

# ---- settings --------------------------------------------------------------------------------------------------------

quoted() { printf '"%s"' "$(printf %s "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"; }

# Only what was given here changes; every other line stays as somebody wrote it.
stage_config() {
  if [ -f "$CONFIG" ]; then
    cp "$CONFIG" "$STAGE/agent.toml"
  else
    echo '# Settings of overdue-agent; every key stands in "overdue-agent help run".' >"$STAGE/agent.toml"
  fi
  [ -z "$URL" ] || set_key url "$(quoted "$URL")"
  [ -z "$NAME" ] || set_key name "$(quoted "$NAME")"
  [ -z "$APPLICATION" ] || set_key application "$(quoted "$APPLICATION")"
  [ -z "$ENVIRONMENT" ] || set_key environment "$(quoted "$ENVIRONMENT")"
  [ -z "$PROXY" ] || set_key proxy "$(quoted "$PROXY")"
  [ -z "$PINS" ] || set_key pins "[\"$(printf %s "$PINS" | sed 's/,/", "/g')\"]"
  [ -z "$TAGS" ] || set_key tags "{ $(tags_table) }"
  if [ -n "$CA_FILE" ]; then
    cp -L "$CA_FILE" "$STAGE/ca.pem"
    set_key caFile "$(quoted "$ETC/ca.pem")"
  fi
}

tags_table() {
  printf %s "$TAGS" | tr ',' '\n' | while IFS= read -r tag || [ -n "$tag" ]; do
    case $tag in
      *=*) printf '%s = %s\n' "$(quoted "${tag%%=*}")" "$(quoted "${tag#*=}")" ;;
      *) fail 2 "--tag: \"$tag\" is not KEY=VALUE" ;;
    esac
  done | paste -s -d , - | sed 's/,"/, "/g'
}

set_key() {
  if grep -Eq "^[[:space:]]*(\[$1\]|$1[[:space:]]*=[[:space:]]*[\[{][^]}]*$)" "$STAGE/agent.toml"; then
    fail 2 "$1 takes several lines in $CONFIG: change it there by hand"
  fi
  KEY=$1 LINE="$1 = $2" awk '
    BEGIN { pattern = "^[ \t]*" ENVIRON["KEY"] "[ \t]*=" }
    /^[ \t]*\[/ && !table { table = 1; if (!done) { print ENVIRON["LINE"]; done = 1 } }
    !table && $0 ~ pattern { if (!done) print ENVIRON["LINE"]; done = 1; next }
    { print }
    END { if (!done) print ENVIRON["LINE"] }' "$STAGE/agent.toml" >"$STAGE/agent.toml.new"
  mv "$STAGE/agent.toml.new" "$STAGE/agent.toml"
}

# ---- enrolling -------------------------------------------------------------------------------------------------------

# Before anything is put in place: a key that is spent changes nothing here. The agent keeps its secret before it asks, so
# an answer that got lost is asked for again, and takes no second use of the key.
enrol() {
  if [ -s "$STATE/credential" ]; then
    say "      enrolled already"
    return 0
  fi
  [ -n "$JOIN_KEY_FILE" ] || fail 2 "--join-key-file: this host is not enrolled, and needs a join key for that. Nothing was changed"
  [ -d "$STATE" ] || MADE_STATE=1
  ENROLLING=1
  code=0
  # shellcheck disable=SC2086  # none, or one flag and its value
  said=$(in_new enroll --if-needed --join-key-file "$JOIN_KEY_FILE" $CA_FLAG 2>&1) || code=$?
  [ "$code" = 0 ] || say "      $(printf %s "$said" | masked | tail -n 1)"
  case $code in
    0) ENROLLED=1 ;;
    4)
      ENROLLING=''
      fail 4 "the join key was not accepted: it is spent, expired or revoked, or not for this address. Nothing was changed. Make another one: overdue-collector join-key create"
      ;;
    5)
      # It has answered before, so the request may have arrived: the secret it was made with is kept for the next run.
      [ -n "$REACHED" ] || ENROLLING=''
      fail 5 "the collector did not enrol this host: it cannot be reached, is busy, or is not trusted. Nothing was installed"
      ;;
    130 | 143) exit 130 ;;
    *)
      ENROLLING=''
      fail 1 "this host could not be enrolled. Nothing was changed"
      ;;
  esac
}

# ---- putting in place ------------------------------------------------------------------------------------------------

put_in_place() {
  LIST_BEFORE=$(files_in "$LIB")
  while IFS= read -r file; do put_file "$STAGE/files/$file" "$ROOT/$file"; done <"$STAGE/list"
  make_user
  mkdir -p "$ETC"
  if [ -n "$CA_FILE" ]; then put_file "$STAGE/ca.pem" "$ETC/ca.pem"; fi
  chmod 0640 "$STAGE/agent.toml"
  chown root:overdue-agent "$STAGE/agent.toml"
  put_file "$STAGE/agent.toml" "$CONFIG"
  if [ -n "$BAKE" ] && [ -n "$JOIN_KEY_FILE" ]; then
    cp -L "$JOIN_KEY_FILE" "$STAGE/join-key"
    chmod 0600 "$STAGE/join-key"
    put_file "$STAGE/join-key" "$ETC/join-key"
  fi
  [ ! -d "$STATE" ] || chown -Rh overdue-agent:overdue-agent "$STATE"
  change_over
  PLACED=1
  printf '%s\n' "$LIST_BEFORE" | while IFS= read -r file; do
    if [ -z "$file" ] || grep -qx "$file" "$STAGE/list"; then continue; fi
    stop_unit "$file"
    rm -f "$ROOT/$file"
  done
}

make_user() {
  if have systemd-sysusers; then
    systemd-sysusers "$ROOT/usr/lib/sysusers.d/overdue-agent.conf" >&2
  elif ! getent passwd overdue-agent >/dev/null; then
    useradd --system --user-group --no-create-home --home-dir / --shell /usr/sbin/nologin overdue-agent
  fi
}

# The version before stays for a rollback; its runtime is the same file where it did not change.
change_over() {
  if cmp -s "$NEW/SHA256SUMS" "$LIB/SHA256SUMS" && cmp -s "$NEW/overdue-agent.cjs" "$LIB/overdue-agent.cjs"; then return 0; fi
  CHANGED=1
  rm -rf "$LIB.previous"
  if [ -d "$LIB" ]; then mv "$LIB" "$LIB.previous"; fi
  mv "$NEW" "$LIB"
}

# Complete or not at all, also when the disk fills up.
put_file() {
  if cmp -s "$1" "$2"; then return 0; fi
  CHANGED=1
  mkdir -p "${2%/*}"
  if ! cp -p "$1" "$2.new"; then
    rm -f "$2.new"
    return 1
  fi
  mv "$2.new" "$2"
}

# Units that are started by themselves; the others are started by these.
own_units() {
  files_in "$LIB" | while IFS= read -r file; do
    case $file in
      *systemd/system/*) if grep -q '^\[Install\]' "$ROOT/$file" 2>/dev/null; then echo "${file##*/}"; fi ;;
    esac
  done
}

stop_unit() {
  case $1 in
    *systemd/system/*) systemctl disable --now "${1##*/}" >/dev/null 2>&1 || true ;;
  esac
}

is_booted() { [ -n "$ROOT" ] || [ -d /run/systemd/system ]; }

start_units() {
  units=$(own_units)
  if is_booted; then
    systemctl daemon-reload
    systemd-tmpfiles --create "$ROOT/usr/lib/tmpfiles.d/overdue-agent.conf" >&2
  fi
  # shellcheck disable=SC2086  # a list of units
  systemctl enable --quiet $units
  if [ -n "$BAKE$NO_START" ] || ! is_booted; then return 0; fi
  # What runs as it should is left alone.
  if [ -n "$CHANGED" ]; then
    rm -f "$RUN/status.json"
    # shellcheck disable=SC2086  # a list of units
    systemctl restart $units
  else
    # shellcheck disable=SC2086  # a list of units
    systemctl start $units
  fi
}

is_acknowledged() { grep -q '"acknowledged":{' "$RUN/status.json" 2>/dev/null; }

wait_for_report() {
  waited=0
  while ! is_acknowledged; do
    # 5 looks a second.
    [ "$waited" -lt $((ACKNOWLEDGED_WITHIN_S * 5)) ] || return 1
    waited=$((waited + 1))
    sleep 0.2
  done
}

roll_back() {
  [ -d "$LIB.previous" ] || return 1
  say "      going back to $(cat "$LIB.previous/VERSION")"
  files_in "$LIB" | while IFS= read -r file; do rm -f "$ROOT/$file"; done
  rm -rf "$LIB"
  mv "$LIB.previous" "$LIB"
  tar -xof "$LIB/overdue-agent-files.tar" -C "${ROOT:-/}"
  CHANGED=1
  start_units
}

tell_truth() {
  active=$(systemctl is-active overdue-agent.service 2>/dev/null) || true
  judged=$(run_agent "$LIB" status --json --config "$CONFIG" 2>/dev/null) || judged=''
  state=$(printf '%s\n' "$judged" | sed -n 's/^ *"state": "\([^"]*\)".*/\1/p' | head -n 1)
  headline=$(printf '%s\n' "$judged" | sed -n 's/^ *"headline": "\(.*\)",\{0,1\}$/\1/p' | head -n 1)
  say "      $headline"
  echo "overdue-agent $OFFERED is $active, its first report is acknowledged, verdict: ${state:-unknown}"
}

# ---- security updates ------------------------------------------------------------------------------------------------

wants_updates_on() { apt-config dump 2>/dev/null | grep -q "^APT::Periodic::Unattended-Upgrade \"[1-9]"; }

# Has somebody said which updates are installed by themselves? Then that stays as it is.
is_admin_choice() {
  stock=$ROOT/etc/apt/apt.conf.d/50unattended-upgrades
  if [ -f "$stock" ]; then
    kept=$(dpkg-query -W -f='${Conffiles}\n' unattended-upgrades 2>/dev/null | awk -v path=/etc/apt/apt.conf.d/50unattended-upgrades '$1 == path { print $2 }')
    if [ -n "$kept" ] && [ "$kept" != "$(md5sum "$stock" | cut -d ' ' -f 1)" ]; then return 0; fi
  fi
  for file in "$ROOT"/etc/apt/apt.conf "$ROOT"/etc/apt/apt.conf.d/*; do
    case $file in "$stock" | "$UPDATES") continue ;; esac
    if grep -q '^[^/#]*Unattended-Upgrade::' "$file" 2>/dev/null; then return 0; fi
  done
  return 1
}

updates_text() {
  echo '// Written by the installer of the Overdue agent (--with-unattended-upgrades). Yours to change: it is not written over.'
  echo 'APT::Periodic::Update-Package-Lists "1";'
  echo 'APT::Periodic::Unattended-Upgrade "1";'
  if is_admin_choice; then return 0; fi
  echo '#clear Unattended-Upgrade::Allowed-Origins;'
  echo '#clear Unattended-Upgrade::Origins-Pattern;'
  echo 'Unattended-Upgrade::Origins-Pattern {'
  # shellcheck disable=SC2016  # unattended-upgrades puts the name of the release in
  case " $(release_of ID) $(release_of ID_LIKE) " in
    *' ubuntu '*)
      echo '  "origin=Ubuntu,archive=${distro_codename}-security";'
      echo '  "origin=UbuntuESM,archive=${distro_codename}-infra-security";'
      echo '  "origin=UbuntuESMApps,archive=${distro_codename}-apps-security";'
      ;;
    *)
      echo '  "origin=Debian,codename=${distro_codename},label=Debian-Security";'
      echo '  "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";'
      ;;
  esac
  echo '};'
  echo 'Unattended-Upgrade::Automatic-Reboot "false";'
}

set_up_updates() {
  if [ -e "$UPDATES" ] || { wants_updates_on && is_admin_choice; }; then
    say "      set up already, and left as it is"
    return 0
  fi
  updates_text >"$STAGE/updates"
  diff -u /dev/null "$STAGE/updates" | sed "1d; 2s#.*#+++ $UPDATES#; s/^/      /" >&2 || true
  if [ -n "$DRY_RUN" ]; then
    have unattended-upgrade || say "      would install the package unattended-upgrades"
    return 0
  fi
  if ! have unattended-upgrade; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends unattended-upgrades >&2 ||
      fail 1 "unattended-upgrades could not be installed; the agent runs, run this again for the rest"
  fi
  chmod 0644 "$STAGE/updates"
  put_file "$STAGE/updates" "$UPDATES"
}

# ---- what people ask for ---------------------------------------------------------------------------------------------

install_agent() {
  STEPS=8
  [ -z "$SECURITY_UPDATES" ] || STEPS=9
  step "looking at this host"
  look_at_host
  if [ -z "$DRY_RUN" ]; then lock; fi
  # Where the programs will be, so that putting them in place is a rename. A dry run may not write there.
  if [ -n "$DRY_RUN" ]; then STAGE=$(mktemp -d); else STAGE=$(mktemp -d "$ROOT/usr/lib/.overdue-install.XXXXXX"); fi || fail 1 "is the disk full? Nothing was changed"
  find_collector
  step "reaching the collector${WAY_URL:+ at $WAY_URL}"
  if [ -n "$DOWNLOAD_DIR$BAKE" ] && [ -z "$WAY_URL" ]; then say "      not needed yet"; else reach_collector; fi
  step "finding out what there is to install"
  download_list
  has_room
  stage_config
  describe_plan
  if [ -n "$DRY_RUN" ]; then
    [ -z "$SECURITY_UPDATES" ] || { step "security updates" && set_up_updates; }
    echo "dry run: nothing was changed"
    return 0
  fi
  confirm "Go on?"
  step "downloading and unpacking overdue-agent $OFFERED"
  download_rest
  unpack
  try_runtime
  # From here to the last rename an interruption waits: half of it is no state to leave a host in.
  trap 'INTERRUPTED=1' INT TERM HUP
  step "enrolling this host"
  if [ -n "$BAKE" ]; then say "      at its first boot"; else enrol; fi
  step "putting everything in place"
  put_in_place
  trap 'exit 130' INT TERM HUP
  [ -z "$INTERRUPTED" ] || exit 130
  step "starting"
  start_units
  step "waiting until the first report is acknowledged"
  finish
}

describe_plan() {
  say "      overdue-agent $OFFERED, ${INSTALLED:+over $INSTALLED, }runtime $(how_runtime_comes)"
  if [ -f "$CONFIG" ]; then
    diff -u "$CONFIG" "$STAGE/agent.toml" | sed "1,2d; s/^/      /" | masked >&2 || true
  else
    sed 's/^/      + /' "$STAGE/agent.toml" | masked >&2
  fi
}

how_runtime_comes() {
  if [ -n "$SAME_RUNTIME" ]; then
    echo unchanged
  elif [ -n "$DOWNLOAD_DIR" ]; then
    echo "from $DOWNLOAD_DIR"
  else
    echo 'to download (about 27 MB)'
  fi
}

finish() {
  if [ -n "$BAKE$NO_START" ] || ! is_booted; then
    [ -z "$SECURITY_UPDATES" ] || { step "security updates" && set_up_updates; }
    DONE=1
    echo "overdue-agent $OFFERED is installed and not started${BAKE:+; it enrols at the first boot}"
    return 0
  fi
  if ! wait_for_report; then
    problem=$(sed -n 's/.*"problem":"\([^"]*\)".*/\1/p' "$RUN/status.json" 2>/dev/null) || problem=''
    say "      ${problem:-$(systemctl is-active overdue-agent.service 2>/dev/null || true); see journalctl -u overdue-agent}"
    if [ -n "$INSTALLED" ] && roll_back; then
      DONE=1
      fail 6 "$OFFERED did not report; $INSTALLED runs again"
    fi
    DONE=1
    fail 6 "installed, but the first report was not acknowledged in $ACKNOWLEDGED_WITHIN_S s; see --diagnose"
  fi
  [ -z "$SECURITY_UPDATES" ] || { step "security updates" && set_up_updates; }
  DONE=1
  tell_truth
}

uninstall_agent() {
  STEPS=3
  [ -n "$ROOT" ] || [ "$(id -u)" = 0 ] || fail 1 "root is needed; run this with sudo"
  if [ -n "$DRY_RUN" ]; then
    files_in "$LIB" | sed "s#^#would remove /#" >&2
    echo "dry run: nothing was changed"
    return 0
  fi
  confirm "Remove the agent from this host?"
  lock
  step "stopping"
  for unit in $(own_units) overdue.slice; do systemctl disable --now "$unit" >/dev/null 2>&1 || true; done
  step "telling the collector"
  TOLD='the collector was told'
  if [ -s "$STATE/credential" ] && [ -x "$LIB/node" ]; then
    [ -e "$CONFIG" ] || { mkdir -p "$ETC" && : >"$CONFIG"; }
    if ! said=$(run_agent "$LIB" leave --config "$CONFIG" 2>&1); then
      say "      $(printf %s "$said" | masked | tail -n 1)"
      TOLD='the collector could NOT be told: remove this server there (overdue forget NAME)'
    fi
  else
    TOLD='it was not enrolled'
  fi
  step "removing"
  remove_all
  DONE=1
  echo "overdue-agent is removed; $TOLD"
}

remove_all() {
  { files_in "$LIB"; files_in "$LIB.previous"; } | while IFS= read -r file; do rm -f "$ROOT/$file"; done
  rm -rf "$LIB" "$LIB.previous" "$STATE" "$RUN" "$ROOT/run/overdue"
  rm -rf "$ROOT"/usr/lib/.overdue-install.*
  rm -f "$CONFIG" "$ETC/ca.pem" "$ETC/join-key"
  if [ -n "$PURGE" ]; then
    rm -rf "$ETC" "$UPDATES"
    rm -rf "$ROOT"/etc/systemd/system/overdue-agent.service.d "$ROOT"/etc/systemd/system/overdue-scan-*.d "$ROOT"/etc/systemd/system/overdue.slice.d
  fi
  rmdir "$ETC" 2>/dev/null || true
  if is_booted; then
    systemctl daemon-reload 2>/dev/null || true
    systemctl reset-failed 'overdue-agent*' 'overdue-scan*' 2>/dev/null || true
  fi
  if getent passwd overdue-agent >/dev/null; then userdel overdue-agent 2>/dev/null || true; fi
  if getent group overdue-agent >/dev/null; then groupdel overdue-agent 2>/dev/null || true; fi
  [ ! -e "$UPDATES" ] || say "      kept: $UPDATES (security updates go on; --purge removes it)"
  [ ! -d "$ETC" ] || say "      kept: what others put into $ETC (--purge removes it)"
}

diagnose() {
  echo "== installer $INSTALLER_VERSION, $(date -u +%Y-%m-%dT%H:%M:%SZ), $(release_of PRETTY_NAME), $(uname -rm)"
  echo "== installed"
  cat "$LIB/VERSION" "$LIB/SHA256SUMS" 2>/dev/null || echo "not installed"
  echo "== agent.toml"
  masked <"$CONFIG" 2>/dev/null || echo "none"
  echo "== state"
  ls -ln "$STATE" "$RUN" 2>&1 || true
  df -Pk "$ROOT/usr/lib" "$ROOT/var/lib" "$ROOT/etc" 2>&1 || true
  echo "== units"
  for unit in $(own_units); do
    echo "$unit $(systemctl is-enabled "$unit" 2>&1 || true) $(systemctl is-active "$unit" 2>&1 || true)"
  done
  echo "== log"
  journalctl -u overdue-agent -n 40 --no-pager -o short-iso 2>/dev/null | masked || true
  echo "== doctor"
  if [ -x "$LIB/node" ]; then run_agent "$LIB" doctor --config "$CONFIG" 2>&1 || true; fi
}

# ---- the end, however it comes ---------------------------------------------------------------------------------------

# shellcheck disable=SC2317  # called by a trap
clean_up() {
  code=$1
  trap '' INT TERM HUP
  trap - EXIT
  if [ -n "$STAGE" ]; then rm -rf "$STAGE"; fi
  if [ -z "$PLACED" ] && [ -n "$MADE_STATE" ] && [ -z "$ENROLLING$ENROLLED" ]; then rm -rf "$STATE"; fi
  if [ -n "$LOCKED" ]; then rm -rf "$LOCK"; fi
  if [ -z "$DONE" ] && [ "$code" != 0 ]; then
    if [ -n "$PLACED$ENROLLED$ENROLLING" ]; then
      say "Stopped in step $STEP ($DOING). Run the same command again: it goes on from there."
    elif [ "$code" = 130 ]; then
      say "Interrupted in step $STEP ($DOING). Nothing was changed."
    elif [ "$STEP" -gt 0 ]; then
      say "Stopped in step $STEP ($DOING). More: sh install.sh --diagnose"
    fi
  fi
  exit "$code"
}

main() {
  umask 022
  STEP=0 STEPS=0 DOING='' STAGE='' LOCKED='' MADE_STATE='' ENROLLING='' ENROLLED='' PLACED='' INTERRUPTED='' DONE=''
  OFFERED='' NEW='' REACHED='' CHANGED=''
  take_environment
  take_arguments "$@"
  set_places
  check_arguments
  if [ -n "$DIAGNOSE" ]; then
    diagnose
    exit 0
  fi
  say "Overdue installer $INSTALLER_VERSION"
  trap 'exit 130' INT TERM HUP
  trap 'clean_up $?' EXIT
  if [ -n "$UNINSTALL" ]; then uninstall_agent; else install_agent; fi
  DONE=1
}

main "$@"; exit 0; }
