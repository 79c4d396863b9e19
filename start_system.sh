#!/usr/bin/env bash
# Starts trainer, API and engine as processes of their own and keeps them running, in order and with checks: docs/system.md. Flags are
# passed on, e.g. ./start_system.sh --port 8080 --detach; status, stop, restart NAME and logs steer a system that runs: ./start_system.sh status
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node=$root/node_modules/.bin/node
case ${1:-} in
  # nothing is installed anew beneath a system that runs; what is restarted has the kernel of its sources
  status | stop | restart | logs)
    if ! [ -x "$node" ] || ! [ -f "$root/kernel-as/build/release.wasm" ]; then
      node "$root/ready.mjs"
    elif [ "$1" = restart ]; then
      node "$root/ready.mjs" --kernel
    fi
    ;;
  setup) node "$root/ready.mjs" ;;
  *)
    node "$root/ready.mjs"
    set -- start "$@"
    ;;
esac
cd "$root"
exec "$node" "$root/mangrove.ts" system "$@"
