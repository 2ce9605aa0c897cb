#!/bin/sh
# Makes lib/ of the distribution: OneJar with its arguments, on a JDK that the launcher would take.
set -eu
program=${0##*/}
build=$(cd -- "$(dirname -- "$0")" && pwd)
. "$build/../../bin/find-java.sh"
exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$build/OneJar.java" "$@"
