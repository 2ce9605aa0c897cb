#!/bin/sh
# Makes of the distribution in folder $1 what needs no Java on the machine, in folder $2: the same with a
# runtime of its own and the AOT cache of that, for this machine's system and processor, as
# millrace-$3-<system>.tar.gz, and as a Debian package where there are the tools for one.
#
#   $3   the version
#   $4   the time of every file in them, which the AOT cache remembers
set -eu
program=${0##*/}
build=$(cd -- "$(dirname -- "$0")" && pwd)
java_tool=jlink
. "$build/../../bin/find-java.sh"
unset java_tool
[ -n "$java" ] || {
    echo "$program: there is no JDK 25 or later with jlink" >&2
    exit 1
}
tools=${java%/java}
processor=$(uname -m)
name=millrace-$3
system=$(uname -s | tr '[:upper:]' '[:lower:]')-$processor

rm -rf "$2"
mkdir -p "$2/$name"
cp -R "$1/." "$2/$name"
cd "$2"
rm -f "$name"/lib/*.aot
case $processor in
    x86_64) rm -f "$name"/lib/*aarch_64.so ;;
    aarch64) rm -f "$name"/lib/*x86_64.so ;;
esac

# What the server needs, and what its operators do: records of the flight recorder, jcmd, JMX.
"$tools/jlink" --output "$name/runtime" --no-header-files --no-man-pages \
    --add-modules java.base,java.logging,java.management,java.naming,jdk.unsupported \
    --add-modules jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent
find "$name" -exec touch -h -d "$4" {} +
sh "$build/build-id.sh" "$name"
sh "$name/bin/aot-cache"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$4" -cf - "$name" |
    gzip -n >"$name-$system.tar.gz"

if ! command -v dpkg-deb >/dev/null || ! command -v fakeroot >/dev/null; then
    echo "$program: no Debian package, since there is no dpkg-deb or no fakeroot here"
    exit 0
fi
# jpackage gives every file a new time; the package's script after installing gives them back theirs.
mkdir resources
for script in postinst prerm; do
    sed "s/@TIME@/$4/" "$build/deb/$script" >"resources/$script"
done
# gzip: xz takes minutes for a tenth less.
DPKG_DEB_COMPRESSOR_TYPE=gzip "$tools/jpackage" --type deb --dest . --resource-dir resources \
    --name millrace --linux-package-name millrace --app-version "${3%%-*}" \
    --vendor "The Millrace authors" --description "A NATS server for the JVM" \
    --license-file "$name/LICENSE" --install-dir /opt --runtime-image "$name"
rm -rf resources
