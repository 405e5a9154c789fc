#!/bin/sh
# gifvet watch on a terminal (a pty) and off it.
. "${0%/*}/lib.sh"
need gifsicle python3
gif ball in.gif
SABOTEUR=$BUILD/tests/libsaboteur.so
export WORK FIXTURES PRELOAD SABOTEUR STATE BUILD
python3 "$TOP/tests/operate/watch.py"
