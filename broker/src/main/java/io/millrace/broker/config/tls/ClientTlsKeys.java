package io.millrace.broker.config.tls;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

/** The options of how clients reach the server over TLS. */
public final class ClientTlsKeys {
    public static final Rows<TlsOptions> ROWS = new Rows<>(new Block(""));

    /** All of a block at once: what stands in it hangs together. */
    public static final Option<TlsOptions> TLS =
            ROWS.option((TlsOptions tls) -> tls, TlsOptions.OFF)
                    .key(TlsBlock::read, "tls")
                    .liveIf((running, wanted) -> running.enabled() == wanted.enabled());

    public static final Option<Boolean> ALLOW_NON_TLS =
            ROWS.option(false).key(Kind.BOOLEAN, "allow_non_tls").concluded();

    private ClientTlsKeys() {}

    /** The record. */
    public static TlsOptions of(Settings settings) {
        return settings.get(TLS);
    }

    /** Fills in what follows from other options. */
    public static void conclude(Settings settings) {
        settings.set(TLS, settings.get(TLS).withAllowNonTls(settings.get(ALLOW_NON_TLS)));
    }
}
