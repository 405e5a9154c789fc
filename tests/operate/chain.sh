#!/bin/sh
# Real compressor runs → textfile → node_exporter → Prometheus → a rule fires → Alertmanager shows it.
. "${0%/*}/lib.sh"
need gifsicle python3 prometheus prometheus-node-exporter prometheus-alertmanager
gif ball in.gif
SABOTEUR=$BUILD/tests/libsaboteur.so
export WORK FIXTURES PRELOAD SABOTEUR LOG STATE BUILD TOP
python3 "$TOP/tests/operate/chain.py"
