/**
 * Runs a server for minutes under everything at once: traffic that must all arrive, clients that
 * come and go, in the clear and over TLS, logins and handshakes that fail, pages that are read, and
 * a reload every second; then looks whether it has grown.
 */
@NullMarked
package io.millrace.bench.soak;

import org.jspecify.annotations.NullMarked;
