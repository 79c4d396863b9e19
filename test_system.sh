#!/usr/bin/env bash
# Tests the system that runs, step by step, or one that it starts and stops: docs/system.md. ./test_system.sh --suite runs the test suite,
# with what follows as its arguments, e.g. ./test_system.sh --suite --quick
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
if [ "${1:-}" = --suite ]; then
  shift
  exec npm test --silent -- "$@"
fi
node ready.mjs
exec node_modules/.bin/node mangrove.ts system test "$@"
