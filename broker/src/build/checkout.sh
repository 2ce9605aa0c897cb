# Sourced by bin/millrace when it is started from a checkout, whose folder broker/ is $home: builds
# the distribution where there is none, where its last build didn't come to its end, and where a
# source has changed since that began. With nothing to do this takes one call of find.
#
# A build leaves three files whose times tell: when it began, when it began to package, and when it
# was done. "mvn test" makes only the first.

checkout=${home%/*}
begun=$checkout/target/begun/pom.xml
packaging=$home/target/packaging/pom.xml
packaged=$home/target/packaged/pom.xml

# Sets reason to why there is something to build, or to nothing.
look() {
    reason=
    changed=
    if [ ! -f "$home/target/millrace/lib/millrace-broker.jar" ]; then
        reason="building the server, this once"
    elif [ ! -f "$packaged" ] || [ "$packaging" -nt "$packaged" ]; then
        reason="the last build did not come to its end: building the server again"
    else
        since=$packaging
        if [ -f "$begun" ] && [ ! "$begun" -nt "$packaged" ]; then
            since=$begun
        fi
        # Folders, too: their times tell of files that were deleted or renamed.
        changed=$(find "$checkout/pom.xml" "$checkout/config" \
            "$checkout/protocol/pom.xml" "$checkout/protocol/src/main" \
            "$home/pom.xml" "$home/bin" "$home/src/build" "$home/src/main" \
            -newer "$since" -print -quit 2>/dev/null)
        if [ -n "$changed" ]; then
            reason="${changed#"$checkout"/} has changed: building the server again"
        fi
    fi
}

# From scratch: Maven takes what an interrupted compiler left for whole, and never forgets a file
# that was deleted. Until it is done, nothing there may pass for a finished build.
build() {
    echo "millrace: $reason" >&2
    rm -f "$packaged"
    (cd "$checkout" && exec mvn -q -DskipTests -pl broker -am clean package) >&2
}

look
if [ -n "$changed" ] && { [ ! -w "$home" ] || ! command -v mvn >/dev/null; }; then
    echo "millrace: ${changed#"$checkout"/} has changed, but the server can't be built here:" \
        "starting the one of before" >&2
    reason=
fi
if [ -n "$reason" ]; then
    # One at a time; a lock whose process is gone doesn't count.
    lock=$home/target.lock
    while [ -n "$reason" ] && ! (set -C && echo $$ >"$lock") 2>/dev/null; do
        if { read -r owner <"$lock"; } 2>/dev/null && ! kill -0 "$owner" 2>/dev/null; then
            rm -f "$lock"
        elif [ -w "$home" ]; then
            sleep 1
            look
        else
            break
        fi
    done
fi
if [ -n "$reason" ]; then
    trap 'rm -f "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    look
    if [ -n "$reason" ] && ! build; then
        echo "millrace: the build failed; run 'mvn package' in the checkout" >&2
        exit 1
    fi
    rm -f "$lock"
    trap - EXIT INT HUP TERM
fi
