# Sourced by the tools of this folder, which set program: builds the benchmarks if they aren't yet,
# finds Java, and has run_bench, which runs one of their classes, and make_certificate.

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

# Makes a key and a certificate for this machine, $keys/key.pem and $keys/cert.pem.
make_certificate() {
    keys=$root/bench/target/tls
    mkdir -p "$keys"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$keys/key.pem" -out "$keys/cert.pem" 2>/dev/null && return
    echo "$program: openssl, which makes the certificate, is missing or failed" >&2
    exit 1
}
