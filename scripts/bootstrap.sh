# Sourced by every script: stands in the repository, with dependencies and the pinned runtime in place.
# POSIX sh; needs Node >= 20 and npm, and brings everything else.
# shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

# npm ci only when the lock file changed since the last one: it deletes node_modules first and takes ten seconds.
install_dependencies() {
  command -v npm >/dev/null 2>&1 || die "npm is missing: install Node.js 20 or newer"
  [ "$(node_major)" -ge 20 ] || die "Node.js 20 or newer is needed to install, found $(node --version 2>/dev/null || echo none)"
  wanted=$(cat package.json package-lock.json | cksum)
  if [ "$(cat node_modules/.installed 2>/dev/null)" = "$wanted" ]; then return 0; fi
  say "installing dependencies ..."
  # No install script of any package runs; the only one we need is our own, below.
  npm ci --ignore-scripts >&2 || die "npm ci failed"
  node scripts/pin-node.mjs
  printf '%s\n' "$wanted" >node_modules/.installed
}

# Installs Debian packages that are missing, where we may; says how, where we may not.
debian_packages() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    die "these Debian packages are needed:$missing (as root: apt-get install$missing)"
  fi
  say "installing Debian packages:$missing ..."
  apt-get update -qq >&2 || say "warning: apt-get update failed, trying with the lists at hand"
  # shellcheck disable=SC2086  # a list of names
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 || die "apt-get install$missing failed"
}

# Node 26 is linked against libatomic, which minimal images lack.
check_runtime() {
  NODE="$PWD/node_modules/.bin/node"
  [ -x "$NODE" ] || die "the pinned runtime is missing for $(uname -sm): only Linux on x64 and arm64 is packaged; install Node.js >= 26 and link it to node_modules/.bin/node"
  "$NODE" --version >/dev/null 2>&1 || debian_packages libatomic1
  "$NODE" --version >/dev/null 2>&1 || die "the pinned runtime does not start: $("$NODE" --version 2>&1)"
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH NODE
}

bootstrap() {
  install_dependencies
  check_runtime
}
