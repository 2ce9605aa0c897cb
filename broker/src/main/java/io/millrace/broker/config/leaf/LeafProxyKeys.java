package io.millrace.broker.config.leaf;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;

/** Reads the {@code proxy} of a remote. */
final class LeafProxyKeys {
    private static final int HTTP_PORT = 80;

    private static final Rows<LeafProxy> ROWS = new Rows<>(new Block("proxy"));

    private static final Option<String> URL = ROWS.option("").key(Kind.TEXT, "url").concluded();

    private static final Option<String> USERNAME =
            ROWS.option("").key(Kind.TEXT, "username").concluded();

    private static final Option<Secret> PASSWORD =
            ROWS.option(Secret.NONE).key(Kind.SECRET, "password").concluded();

    private static final Option<Duration> TIMEOUT =
            ROWS.option(Duration.ZERO).key(Kind.DURATION, "timeout").concluded();

    static {
        ROWS.block().notBuilt("tls");
    }

    private LeafProxyKeys() {}

    static LeafProxy read(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException("Expected proxy to be a map, got " + field.value().kind());
        }
        int before = in.errors().size();
        Settings said = new Settings();
        ROWS.block().read(entries, in.into(said));
        return in.errors().size() > before ? LeafProxy.NONE : checked(said);
    }

    private static LeafProxy checked(Settings said) throws BadValueException {
        String url = said.get(URL);
        String username = said.get(USERNAME);
        Secret password = said.get(PASSWORD);
        Duration timeout = said.get(TIMEOUT);
        if (url.isEmpty()) {
            if (!username.isEmpty() || !password.isEmpty() || !timeout.isZero()) {
                throw new BadValueException(
                        "proxy URL must be specified when other proxy options are set");
            }
            return LeafProxy.NONE;
        }
        URI parsed = parsed(url);
        String scheme = parsed.getScheme() == null ? "" : parsed.getScheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BadValueException("proxy URL scheme must be http or https, got: " + scheme);
        }
        if (parsed.getHost() == null) {
            throw new BadValueException("proxy URL must specify a host");
        }
        if (scheme.equals("https")) {
            throw BadValueException.notYet("a proxy that is reached over TLS");
        }
        if (timeout.isNegative()) {
            throw new BadValueException("proxy timeout must be >= 0");
        }
        if (username.isEmpty() != password.isEmpty()) {
            throw new BadValueException(
                    "proxy username and password must both be specified or both be empty");
        }
        int port = parsed.getPort() < 0 ? HTTP_PORT : parsed.getPort();
        return new LeafProxy(bare(parsed.getHost()), port, username, password, timeout);
    }

    private static URI parsed(String url) throws BadValueException {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new BadValueException("invalid proxy URL: " + e.getReason());
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
