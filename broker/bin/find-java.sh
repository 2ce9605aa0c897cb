# Finds a JDK that is recent enough, and sets java to its executable and jdk to a name of this very
# JDK that can be part of a file's; or says what to install, and exits. Sourced by the launchers,
# which set program to the name they were started under, and home to the distribution, which may
# have a runtime of its own. Who sets java_tool to javac gets a JDK that can compile, or an empty java.
#
# A JDK tells its version in its file "release", so none has to be started to be asked.

least_java=25
java=
jdk=

# Sets java and jdk if the folder $1 holds a JVM that is recent enough.
try_home() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/${java_tool:-java}" ] && [ -r "$1/release" ] || return 1
    feature= jdk=
    while IFS='="' read -r key empty value rest; do
        case $key in
            JAVA_VERSION) feature=${value%%[!0-9]*} ;;
            IMPLEMENTOR | JAVA_RUNTIME_VERSION | LIBC | OS_ARCH | IMAGE_TYPE) jdk=$jdk-$value ;;
        esac
    done <"$1/release"
    [ "${feature:-0}" -ge "$least_java" ] || return 1
    while :; do
        case $jdk in
            *[!A-Za-z0-9.+_-]*)
                head=${jdk%%[!A-Za-z0-9.+_-]*}
                jdk=${head}_${jdk#"$head"?}
                ;;
            *) break ;;
        esac
    done
    jdk=${jdk#-}
    java=$1/bin/java
}

# Sets java if the one on the PATH is recent enough; it is nearly always a link.
try_path() {
    on_path=$(command -v java) || return 1
    if [ -L "$on_path" ]; then
        on_path=$(readlink -f -- "$on_path")
    fi
    on_path=${on_path%/java}
    try_home "${on_path%/bin}"
}

try_installed() {
    for candidate in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/* /opt/java/* \
        /opt/jdk/* /usr/local/openjdk* \
        "${HOME:-/nowhere}"/.sdkman/candidates/java/* "${HOME:-/nowhere}"/.jdks/* \
        "${HOME:-/nowhere}"/.local/share/mise/installs/java/* \
        "${HOME:-/nowhere}"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-/nowhere}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        try_home "$candidate" && return 0
    done
    return 1
}

# The distribution's own runtime: there is no other like it, so it needs no longer name.
try_own() {
    [ -x "${home:-}/runtime/bin/java" ] && try_home "$home/runtime" && jdk=runtime
}

if ! { try_own || { [ -n "${JAVA_HOME:-}" ] && try_home "$JAVA_HOME"; } || try_path || try_installed; }
then
    java=
    if [ "${java_tool:-java}" = java ]; then
        echo "$program: needs Java $least_java or later and found none: not in JAVA_HOME, on the" \
            "PATH, nor in the usual places (/usr/lib/jvm, /opt, ~/.sdkman, ...). Install a JDK" \
            "$least_java, for example Eclipse Temurin from https://adoptium.net, or set JAVA_HOME" \
            "to one." >&2
        exit 1
    fi
fi
