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
import io.millrace.broker.config.auth.AuthTimeout;
import io.millrace.broker.config.compression.CompressionKeys;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.listen.Address;
import io.millrace.broker.config.listen.Advertise;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The options of leaf nodes. Zeros stand for defaults, some of which other options give; when
 * concluded, all are filled in.
 *
 * <p>As in the reference, a reload takes over remotes that are added, removed or disabled, how they
 * and the leaf nodes that connect are compressed and secured, and little else.
 */
public final class LeafKeys {
    public static final Block TOP = new Block("");

    public static final Block LEAFNODES = new Block("leafnodes", List.of(LeafRemoteKeys.REMOTE));

    public static final Rows<LeafOptions> ROWS = new Rows<>(LEAFNODES);

    static {
        TOP.key(LeafKeys::leafnodes, "leafnodes", "leaf");
        LEAFNODES.key(LeafKeys::listen, "listen");
        LEAFNODES.key(LeafAuthorization::read, "authorization");
    }

    public static final Option<String> HOST =
            ROWS.option(LeafOptions::host, "").key(Kind.TEXT, "host", "net").fixed();

    public static final Option<Integer> PORT =
            ROWS.option(LeafOptions::port, LeafOptions.OFF).key(Kind.INTEGER, "port").fixed();

    public static final Option<String> ADVERTISE =
            ROWS.option(LeafOptions::advertise, "")
                    .key(LeafKeys::advertise, "advertise", "leafnode_advertise")
                    .fixed();

    public static final Option<Boolean> NO_ADVERTISE =
            ROWS.option(LeafOptions::noAdvertise, false).key(Kind.BOOLEAN, "no_advertise").fixed();

    public static final Option<String> USERNAME =
            ROWS.option(LeafOptions::username, "")
                    .in(LeafAuthorization.BLOCK)
                    .key(Kind.TEXT, "user", "username")
                    .called("leafnodes username")
                    .fixed();

    public static final Option<Secret> PASSWORD =
            ROWS.option(LeafOptions::password, Secret.NONE)
                    .in(LeafAuthorization.BLOCK)
                    .key(Kind.SECRET, "password", "pass")
                    .called("leafnodes password")
                    .fixed();

    public static final Option<String> NKEY =
            ROWS.option(LeafOptions::nkey, "")
                    .in(LeafAuthorization.BLOCK)
                    .key(Kind.text(LeafAuthorization::nkey), "nkey")
                    .called("leafnodes nkey")
                    .fixed();

    public static final Option<String> ACCOUNT =
            ROWS.option(LeafOptions::account, "")
                    .in(LeafAuthorization.BLOCK)
                    .key(Kind.TEXT, "account")
                    .called("leafnodes account")
                    .fixed();

    public static final Option<List<LeafUser>> USERS =
            ROWS.option(LeafOptions::users, List.<LeafUser>of())
                    .in(LeafAuthorization.BLOCK)
                    .key(LeafAuthorization::users, "users")
                    .normal(List::copyOf)
                    .called("leafnodes users")
                    .fixed();

    /** Zero stands for two seconds, or with TLS for its timeout and one more. */
    public static final Option<Duration> AUTH_TIMEOUT =
            ROWS.option(LeafOptions::authTimeout, Duration.ZERO)
                    .in(LeafAuthorization.BLOCK)
                    .key(AuthTimeout::read, "timeout")
                    .called("leafnodes authorization timeout")
                    .live();

    public static final Option<TlsOptions> TLS =
            ROWS.option(LeafOptions::tls, TlsOptions.OFF)
                    .key(TlsBlock::readForLeafs, "tls")
                    .liveIf((running, wanted) -> running.tls().enabled() == wanted.tls().enabled());

    public static final Option<String> MIN_VERSION =
            ROWS.option(LeafOptions::minVersion, "")
                    .key(Kind.text(LeafKeys::version), "min_version", "minimum_version")
                    .fixed();

    public static final Option<CompressionOptions> COMPRESSION =
            ROWS.option(LeafOptions::compression, LeafOptions.DEFAULT_COMPRESSION)
                    .key(LeafKeys::compression, "compression")
                    .live();

    public static final Option<Boolean> ISOLATE =
            ROWS.option(LeafOptions::isolate, false)
                    .key(Kind.BOOLEAN, "isolate_leafnode_interest", "isolate")
                    .fixed();

    /** Zero stands for the default. */
    public static final Option<Duration> RECONNECT =
            ROWS.option(LeafOptions::reconnect, LeafOptions.DEFAULT_RECONNECT)
                    .key(Kind.DURATION, "reconnect", "reconnect_delay", "reconnect_interval")
                    .normal(time -> time.isZero() ? LeafOptions.DEFAULT_RECONNECT : time)
                    .fixed();

    /** Zero, and anything below, stands for the default. */
    public static final Option<Duration> DIAL_TIMEOUT =
            ROWS.option(LeafOptions::dialTimeout, LeafOptions.DEFAULT_DIAL_TIMEOUT)
                    .key(Kind.DURATION, "dial_timeout")
                    .normal(time -> time.isPositive() ? time : LeafOptions.DEFAULT_DIAL_TIMEOUT)
                    .fixed();

    public static final Option<Duration> WRITE_DEADLINE =
            ROWS.option(LeafOptions::writeDeadline, Duration.ZERO)
                    .key(Kind.DURATION, "write_deadline")
                    .live();

    public static final Option<WriteTimeout> WRITE_TIMEOUT =
            ROWS.option(LeafOptions::writeTimeout, WriteTimeout.DEFAULT)
                    .key(Kind.text(WriteTimeout::of), "write_timeout")
                    .fixed();

    public static final Option<List<LeafRemote>> REMOTES =
            ROWS.option(LeafOptions::remotes, List.<LeafRemote>of())
                    .key(LeafRemoteKeys::read, "remotes")
                    .normal(List::copyOf)
                    .liveIf(LeafKeys::remotesCanChange);

    private LeafKeys() {}

    /** The record. */
    public static LeafOptions of(Settings settings) {
        return new LeafOptions(
                settings.get(HOST),
                settings.get(PORT),
                settings.get(ADVERTISE),
                settings.get(NO_ADVERTISE),
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(NKEY),
                settings.get(ACCOUNT),
                settings.get(USERS),
                settings.get(AUTH_TIMEOUT),
                settings.get(TLS),
                settings.get(MIN_VERSION),
                settings.get(COMPRESSION),
                settings.get(ISOLATE),
                settings.get(RECONNECT),
                settings.get(DIAL_TIMEOUT),
                settings.get(WRITE_DEADLINE),
                settings.get(WRITE_TIMEOUT),
                settings.get(REMOTES));
    }

    private static boolean remotesCanChange(LeafOptions running, LeafOptions wanted) {
        return wanted.remotes().stream()
                .allMatch(
                        remote ->
                                running.remotes().stream()
                                        .filter(remote::isSame)
                                        .allMatch(before -> before.canBecome(remote)));
    }

    private static void leafnodes(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected map to define a leafnode, got " + field.value().kind());
        }
        LEAFNODES.read(entries, in);
    }

    private static void listen(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HOST, PORT);
    }

    private static String advertise(Field field, Reading in) throws BadValueException {
        return Kind.text(address -> Advertise.checked(field.key(), address)).read(field, in);
    }

    private static String version(String text) {
        String problem = LeafVersion.problem(text);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
        return text;
    }

    static CompressionOptions compression(Field field, Reading in) throws BadValueException {
        return CompressionKeys.read(field, Mode.S2_AUTO, Mode.S2_AUTO, in);
    }
}
