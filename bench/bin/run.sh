# Sourced by the tools of this folder, which set program: builds the benchmarks if they aren't yet,
# finds Java, and has run_bench, which runs one of their classes.

root=$(cd "$(dirname "$0")/../.." && pwd)
lib=$root/bench/target/bench/lib

if [ ! -f "$lib/millrace-bench.jar" ]; then
    echo "$program: building the benchmarks, this once" >&2
    (cd "$root" && exec mvn -q -DskipTests package) >&2 || exit 1
fi
. "$root/broker/bin/find-java.sh"

# The server's flags, without its heap.
options=$root/bench/target/bench/jvm.options
grep -v '^-Xm' "$root/config/jvm.options" >"$options"

run_bench() {
    exec "$java" @"$options" -Xms512m -Xmx512m "$@"
}
