# Sourced by bin/millrace when it is started from a checkout, whose folder broker/ is $home: builds
# the distribution where there is none, and where a source has changed since the build of the one that
# is there began. With nothing to do this takes one call of find.
#
# Maven builds in folders of its own, target/launch, and from nothing: it takes what an interrupted
# compiler left for whole, and never forgets a file that was deleted. What it made takes the place of
# target/millrace by a rename. So whatever happens meanwhile, there is a whole distribution or none.

checkout=${home%/*}
distribution=$home/target/millrace
# Its time is when the build of the distribution began; without it, nobody knows.
begun=$home/target/millrace.begun
drafts=$home/target/launch
log=$home/target/launch.log
lock=$home/target.lock

# Sets reason to why there is something to build, or to nothing.
look() {
    reason=
    changed=
    if [ ! -f "$distribution/lib/millrace-broker.jar" ] || [ ! -f "$begun" ]; then
        reason="building the server, this once"
    else
        # Folders, too: their times tell of files that were deleted or renamed.
        changed=$(find "$checkout/pom.xml" "$checkout/config" \
            "$checkout/protocol/pom.xml" "$checkout/protocol/src/main" \
            "$home/pom.xml" "$home/bin" "$home/src/build" "$home/src/main" \
            -newer "$begun" -print -quit 2>/dev/null)
        if [ -n "$changed" ]; then
            reason="${changed#"$checkout"/} has changed: building the server again"
        fi
    fi
}

# Sets obstacle to why nothing can be built here and what to do about it, or to nothing.
look_for_tools() {
    obstacle=
    java_tool=javac
    . "$home/bin/find-java.sh"
    unset java_tool
    missing=
    [ -n "$java" ] || missing="JDK $least_java or later (https://adoptium.net, or set JAVA_HOME to one)"
    command -v mvn >/dev/null ||
        missing="${missing:+$missing and no }Maven on the PATH (https://maven.apache.org)"
    if [ -n "$missing" ]; then
        obstacle="there is no $missing"
        return
    fi
    for folder in "$home" "$home/target" "$checkout/protocol" "$checkout/protocol/target"; do
        if [ -e "$folder" ] && [ ! -w "$folder" ]; then
            obstacle="$folder can't be written to: build as a user who may, or in a copy"
            return
        fi
    done
}

# Says what is being done: in one line of a terminal, else in a line for each step.
show() {
    if [ -t 2 ]; then
        printf '\r\033[Kmillrace: %s' "$1" >&2
    else
        case $shown in
            *" ${1%%:*},"*) ;;
            *)
                shown="$shown ${1%%:*},"
                echo "millrace: ${1%%:*}" >&2
                ;;
        esac
    fi
}

# Reads what Maven has said since, through file 3.
follow() {
    while read -r line <&3; do
        case $line in
            *Downloading*)
                fetched=$((fetched + 1))
                show "fetching what it takes: file $fetched"
                ;;
            *"(default-compile) @ millrace-"*)
                module=${line##*@ millrace-}
                show "compiling ${module%% *}"
                ;;
            *"(one-jar)"*) show "packing" ;;
        esac
    done
}

# Shows of Maven's words those that are no mere information.
complain() {
    shown=0
    while read -r line && [ "$shown" -lt 20 ]; do
        case $line in
            "" | "[INFO]"* | "[ERROR] [Help"* | "[ERROR]" | Download*) ;;
            *)
                echo "$line" >&2
                shown=$((shown + 1))
                ;;
        esac
    done <"$log"
}

# Leaves the distribution in $drafts.
build() {
    clear_drafts
    mkdir -p "$drafts" && : >"$drafts/begun" && : >"$log" || return 1
    jdk_home=${java%/bin/java}
    # Maven takes whichever Java it finds, and finds the JDK to compile with in the second variable.
    (
        cd "$checkout" || exit 1
        [ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null || export JAVA_HOME="$jdk_home"
        export JAVA25_HOME="$jdk_home"
        export MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-}"
        exec mvn -B -Dlaunch -pl broker -am package >"$log" 2>&1
    ) &
    builder=$!
    shown=
    fetched=0
    exec 3<"$log"
    while kill -0 "$builder" 2>/dev/null; do
        follow
        sleep 0.1
    done
    follow
    exec 3<&-
    wait "$builder" && built=yes || built=
    builder=
    [ ! -t 2 ] || printf '\r\033[K' >&2
    [ -n "$built" ] && [ -f "$drafts/millrace/lib/millrace-broker.jar" ] && return
    complain
    return 1
}

# Puts the distribution from $drafts where it belongs. Nobody may stop between its steps.
install() {
    trap '' INT HUP TERM
    sh "$home/src/build/build-id.sh" "$drafts/millrace" || return 1
    rm -f "$begun"
    if [ -e "$distribution" ]; then
        mv "$distribution" "$drafts/before" || return 1
    fi
    mv "$drafts/millrace" "$distribution" && mv "$drafts/begun" "$begun"
}

clear_drafts() {
    rm -rf "$drafts" "$checkout/protocol/target/launch" "$checkout/target/launch"
}

end() {
    [ -z "$builder" ] || kill "$builder" 2>/dev/null
    clear_drafts
    rm -f "$lock"
}

look
if [ -n "$reason" ]; then
    look_for_tools
    if [ -n "$obstacle" ] && [ -n "$changed" ]; then
        echo "millrace: ${changed#"$checkout"/} has changed, but $obstacle:" \
            "starting the server of before" >&2
        reason=
    elif [ -n "$obstacle" ]; then
        echo "millrace: the server must be built first, and $obstacle" >&2
        exit 1
    fi
fi
if [ -n "$reason" ]; then
    # One at a time; a lock whose process is gone doesn't count.
    waiting=
    while [ -n "$reason" ] && ! (set -C && echo $$ >"$lock") 2>/dev/null; do
        if { read -r owner <"$lock"; } 2>/dev/null && ! kill -0 "$owner" 2>/dev/null; then
            rm -f "$lock"
        elif [ -w "$home" ]; then
            [ -n "$waiting" ] || echo "millrace: waiting for another start to build the server" >&2
            waiting=yes
            sleep 0.2
            look
        else
            echo "millrace: the server must be built, and $lock can't be written" >&2
            exit 1
        fi
    done
fi
if [ -n "$reason" ]; then
    builder=
    trap end EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    look
    if [ -n "$reason" ]; then
        echo "millrace: $reason" >&2
        if ! build || ! install; then
            echo "millrace: the build failed; $log has all of it" >&2
            exit 1
        fi
    fi
    end
    trap - EXIT INT HUP TERM
fi
