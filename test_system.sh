#!/usr/bin/env bash
# Runs the whole test suite: `npm test`. Arguments are passed on, e.g. ./test_system.sh --only node test/api
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec npm test --silent -- "$@"
