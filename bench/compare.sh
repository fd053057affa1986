#!/usr/bin/env bash
# Takt beside PyTorch and ONNX Runtime, in one go on this machine; see docs/performance.md. Options go on: bench/compare.sh --rounds 3 --json
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build bench/Takt.Compare -c Release -v q >&2
exec dotnet bench/Takt.Compare/bin/Release/net10.0/Takt.Compare.dll "$@"
