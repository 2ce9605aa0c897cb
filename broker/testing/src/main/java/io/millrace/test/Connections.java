package io.millrace.test;

import io.nats.client.Nats;
import io.nats.client.Options;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLContext;

/** The one class that knows jnats, for those who have it. */
final class Connections {
    private Connections() {}

    static AutoCloseable open(String urls, @Nullable SSLContext trust, @Nullable Login login)
            throws Exception {
        Options.Builder options = Options.builder().server(urls);
        if (trust != null) {
            options.sslContext(trust);
        }
        if (login != null) {
            options.userInfo(login.user().toCharArray(), login.password().toCharArray());
        }
        return Nats.connect(options.build());
    }
}
