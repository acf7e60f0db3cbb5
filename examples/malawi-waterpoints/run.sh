#!/bin/sh
# Judge the survey by the national pack (or the one named first) into ./out (or the directory named second).
cd "$(dirname "$0")" || exit 1
exec ../../.venv/bin/wenqu judge waterpointstatus.csv --map mapping.toml --pack "${1:-national-2018}" --as-of 2023-12-31 --out "${2:-out}"
