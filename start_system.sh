#!/usr/bin/env bash
# Starts model, API and engine in one process: `npm start`. Flags are passed on, e.g. ./start_system.sh --port 8080
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec npm start --silent -- "$@"
