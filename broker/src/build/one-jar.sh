#!/bin/sh
# Makes lib/ of the distribution that is being put together in folder $1, and lets it take the place
# of that in folder $2: by a rename, so that what is there is whole at any time.
#
#   $3   the time of what is in the archive
#   $4   when the build began; the file $2.begun gets that time
#   $5   the server's jar
#   $6   the class path with its libraries' jars
set -eu
program=${0##*/}
build=$(cd -- "$(dirname -- "$0")" && pwd)
. "$build/../../bin/find-java.sh"
"$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$build/OneJar.java" "$1/lib" "$3" "$5" "$6"
touch -d "$3" "$1"/lib/*.jar

rm -rf "$2.begun" "$2.before"
[ ! -e "$2" ] || mv "$2" "$2.before"
mv "$1" "$2"
touch -d "$4" "$2.begun"
rm -rf "$2.before"
