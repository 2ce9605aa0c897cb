#!/bin/sh
# The last step of the distribution in folder $1: gives the jars the time $2 that they will have in
# the archive, tells their content in lib/build-id, and makes the AOT cache.
set -eu
cd "$1"
touch -d "$2" lib/*.jar
crc=$(cat lib/*.jar | cksum)
echo "${crc%% *}" >lib/build-id
exec bin/aot-cache
