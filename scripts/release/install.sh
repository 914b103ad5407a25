#!/bin/sh
# Installs car-mcp from a folder of releases, or from one archive of it. The archive is taken only if it
# is the one that SHA256SUMS beside it names, and the program appears whole or not at all.

set -eu

usage() {
  cat <<'USAGE'
Usage: sh install.sh --from PLACE [--version VERSION] [--prefix FOLDER]

Installs car-mcp into FOLDER/bin (standard: ~/.local/bin).

  --from PLACE       a folder or an https URL that holds SHA256SUMS and the archives, or one archive
                     car-mcp-VERSION-SYSTEM.tar.gz there; also in CAR_MCP_RELEASES
  --version VERSION  which one, where there are several
  --prefix FOLDER    where to, absolute
  -h, --help         print this help

Exit codes: 0 installed, 1 not installed, and what was there stays, 2 usage.
USAGE
}

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
misused() { printf 'install.sh: %s\n' "$*" >&2; usage >&2; exit 2; }
has() { command -v "$1" >/dev/null 2>&1; }

# Everything is in functions, so that a script that was cut off on its way does nothing.
main() {
  from=${CAR_MCP_RELEASES:-} version='' prefix=''
  read_options "$@"
  [ -n "$from" ] || misused 'Say where the release is: --from PLACE'
  check_place
  if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || misused 'HOME is not set; say where to: --prefix FOLDER'
    prefix=$HOME/.local
  fi
  case $prefix in /*) ;; *) misused "--prefix must be an absolute path, not \"$prefix\"" ;; esac

  bin=$prefix/bin
  mkdir -p "$bin" || fail "Cannot make the folder $bin"
  # Beside the place where the program goes, so that it moves there in one step.
  work=$(mktemp -d "$bin/.car-mcp-install.XXXXXX") || fail "Cannot write into $bin"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM

  choose_archive
  fetch "$base/$archive" "$work/$archive"
  check_sum
  install_program
  advise_path
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --from | --version | --prefix)
        [ $# -ge 2 ] || misused "$1 wants a value"
        [ -n "$2" ] || misused "$1 wants a value"
        case $1 in
          --from) from=$2 ;;
          --version) version=$2 ;;
          --prefix) prefix=$2 ;;
        esac
        shift 2
        ;;
      *) misused "Unknown option \"$1\"" ;;
    esac
  done
}

# Whoever can change the archive on its way can change the checksum, too.
check_place() {
  case $from in
    # What looks like a host there is a name to sign in with.
    *://*@*) fail "The address must not hold a user" ;;
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]* | 'http://[::1]'[:/]*) ;;
    *://*) fail "\"$from\" is neither a folder nor an https URL" ;;
    *) [ -e "$from" ] || fail "There is no \"$from\"" ;;
  esac
}

# Sets `base`, the place of SHA256SUMS, and `archive`, the name of the archive for this system.
choose_archive() {
  system=$(system_name)
  case $from in
    *.tar.gz) archive=${from##*/} base=${from%/*} ;;
    *) archive='' base=${from%/} ;;
  esac
  if [ "$base" = "$archive" ]; then base=.; fi
  if [ -n "$archive" ] && [ -n "$version" ] && [ "$archive" != "car-mcp-$version-$system.tar.gz" ]; then
    fail "$archive is not version $version for $system; nothing was installed"
  fi
  fetch "$base/SHA256SUMS" "$work/SHA256SUMS"
  [ -z "$archive" ] || return 0
  wanted=$(names_in_sums | grep -E "^car-mcp-[0-9A-Za-z.+-]+-$system\.tar\.gz$" || true)
  if [ -n "$version" ]; then
    wanted=$(printf '%s\n' "$wanted" | grep -Fx "car-mcp-$version-$system.tar.gz" || true)
  fi
  case $(printf '%s' "$wanted" | grep -c .) in
    0) fail "There is no archive${version:+ of version $version} for $system in $base" ;;
    1) archive=$wanted ;;
    *) fail "There are several for $system; choose one with --version:
$wanted" ;;
  esac
}

# As the release calls it: the names of uname differ between systems.
system_name() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) fail "There is no release for $(uname -s); run car-mcp from its source" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "There is no release for $(uname -m); run car-mcp from its source" ;;
  esac
  printf '%s-%s\n' "$os" "$machine"
}

fetch() {
  case $1 in
    http*://*)
      if has curl; then
        curl -fsSL --proto "=${1%%:*}" -o "$2" "$1" || fail "Cannot fetch $1"
      elif has wget; then
        wget -q -O "$2" "$1" || fail "Cannot fetch $1"
      else
        fail 'Neither curl nor wget is here to fetch with'
      fi
      ;;
    *) cp "$1" "$2" 2>/dev/null || fail "Cannot read $1" ;;
  esac
}

names_in_sums() { sed -n 's/^[0-9a-f]\{64\} [ *]//p' "$work/SHA256SUMS"; }

check_sum() {
  wanted=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS does not name $archive; nothing was installed"
  if has sha256sum; then
    sum=$(sha256sum <"$work/$archive")
  elif has shasum; then
    sum=$(shasum -a 256 <"$work/$archive")
  elif has openssl; then
    sum=$(openssl dgst -sha256 -r <"$work/$archive")
  else
    fail 'Nothing is here to check the archive with: sha256sum, shasum or openssl'
  fi
  [ "${sum%% *}" = "$wanted" ] ||
    fail "$archive is not what SHA256SUMS says; nothing was installed"
}

install_program() {
  tar -xzf "$work/$archive" -C "$work" car-mcp || fail "$archive holds no car-mcp"
  [ -f "$work/car-mcp" ] && [ ! -L "$work/car-mcp" ] || fail "$archive holds no program"
  chmod 755 "$work/car-mcp"
  installed=$("$work/car-mcp" --version) ||
    fail "The program of $archive does not run on this system; nothing was installed"
  [ ! -d "$bin/car-mcp" ] || fail "$bin/car-mcp is a folder"
  mv -f "$work/car-mcp" "$bin/car-mcp" || fail "Cannot write $bin/car-mcp"
  say "car-mcp $installed is in $bin"
}

advise_path() {
  case :${PATH:-}: in
    *:"$bin":*) ;;
    *)
      say "That folder is not in the PATH. Put this line into the profile of your shell:"
      say "  export PATH=\"$bin:\$PATH\""
      ;;
  esac
  found=$(command -v car-mcp || true)
  if [ -n "$found" ] && [ "$found" != "$bin/car-mcp" ]; then
    say "The shell finds another one first: $found"
  fi
  say "Next: $bin/car-mcp connect CLIENT"
}

main "$@"
