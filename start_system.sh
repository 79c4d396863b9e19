#!/usr/bin/env bash
# Starts trainer, API and engine as processes of their own and keeps them running, in order and with checks: docs/system.md. Flags are
# passed on, e.g. ./start_system.sh --port 8080 --detach; status, stop, restart NAME and logs steer a system that runs: ./start_system.sh status
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node "$root/ready.mjs"
case ${1:-} in
  status | stop | restart | logs | setup) ;;
  *) set -- start "$@" ;;
esac
cd "$root"
exec "$root/node_modules/.bin/node" "$root/mangrove.ts" system "$@"
