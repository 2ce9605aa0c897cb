#!/bin/sh
# Tells the content of the jars of the distribution in folder $1 in its lib/build-id. The launcher
# uses and makes AOT caches only where that is.
set -eu
cd "$1/lib"
crc=$(cat ./*.jar | cksum)
echo "${crc%% *}" >build-id
