#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test.
#   bash eng/test.sh [--filter EXPRESSION]      (a filter goes on to dotnet test)
# Needs the .NET 10 SDK and Node. On Debian or Ubuntu it installs Chromium and curl itself where they are missing;
# elsewhere set TAKT_CHROMIUM to a Chromium or Chrome binary. Prometheus, wrk and Python's requests are installed too, if they can be.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

install() { # command, Debian package
  command -v "$1" >/dev/null 2>&1 && return
  command -v apt-get >/dev/null 2>&1 || { echo "eng/test.sh: '$1' is missing and there is no apt-get: install it by hand." >&2; exit 2; }
  local sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  [ -n "${updated:-}" ] || { $sudo apt-get update -qq; updated=1; }
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}
command -v dotnet >/dev/null || { echo "eng/test.sh: the .NET 10 SDK is missing." >&2; exit 2; }
command -v npm >/dev/null || { echo "eng/test.sh: Node with npm is missing." >&2; exit 2; }
install curl curl
[ -n "${TAKT_CHROMIUM:-}" ] || install chromium chromium

# Clients that are not ours. Where they cannot be had, their tests say so and are skipped.
(install promtool prometheus) || true
(install wrk wrk) || true
/usr/bin/python3 -c "import requests" 2>/dev/null || (install "requests for Python" python3-requests) || true

# ONNX Runtime for Node: the peer that must accept and agree with every model we write.
npm ci --prefix eng/peers --ignore-scripts --no-audit --no-fund --silent

dotnet build Takt.slnx -c Release -v quiet -p:CheckCode=true

# One project after the other (-m:1): end-to-end tests start servers and browsers and should have the machine to themselves.
log=$(mktemp); status=0
dotnet test Takt.slnx -c Release --no-build -m:1 "$@" 2>&1 | tee "$log" || status=$?
sum() { grep -oE "$1: +[0-9]+" "$log" | grep -oE '[0-9]+' | awk '{s += $1} END {print s + 0}'; }
echo "$(sum Passed) passed, $(sum Failed) failed, $(sum Skipped) skipped"
rm -f "$log"
exit "$status"
