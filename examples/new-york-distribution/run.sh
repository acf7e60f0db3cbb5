#!/bin/sh
# Read the sample (or the file named first) into ./out (or the directory named second).
cd "$(dirname "$0")" || exit 1
exec ../../.venv/bin/wenqu results read "${1:-sample.csv}" --map mapping.toml --out "${2:-out}"
