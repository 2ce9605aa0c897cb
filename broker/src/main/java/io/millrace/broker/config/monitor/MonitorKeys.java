package io.millrace.broker.config.monitor;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Key;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.listen.Address;
import io.millrace.broker.config.listen.ListenKeys;

import java.util.Map;

/** The options of the monitoring server. */
public final class MonitorKeys {
    /** Ours: who may look at the monitoring server. */
    public static final Block MONITOR = new Block("monitor");

    public static final Rows<MonitorOptions> ROWS = new Rows<>(new Block(""));

    static {
        ROWS.block().key(MonitorKeys::http, "http");
        ROWS.block().key(MonitorKeys::https, "https");
    }

    /** Empty until it is concluded, if it is the one that clients connect to. */
    public static final Option<String> HTTP_HOST =
            ROWS.option(MonitorOptions::host, "").called("http host").fixed();

    public static final Option<Integer> HTTP_PORT =
            ROWS.option(MonitorOptions::httpPort, MonitorOptions.OFF)
                    .key(Kind.INTEGER, "http_port")
                    .key(Kind.INTEGER, "monitor_port")
                    .flag(Flag.Kind.INTEGER, "m", "http_port")
                    .fixed();

    public static final Option<Integer> HTTPS_PORT =
            ROWS.option(MonitorOptions::httpsPort, MonitorOptions.OFF)
                    .key(Kind.INTEGER, "https_port")
                    .flag(Flag.Kind.INTEGER, "ms", "https_port")
                    .fixed();

    public static final Option<String> HTTP_BASE_PATH =
            ROWS.option(MonitorOptions::basePath, "").key(Kind.TEXT, "http_base_path").fixed();

    static {
        ROWS.block().key(MonitorKeys::monitor, "monitor");
    }

    public static final Option<String> USERNAME =
            ROWS.option(MonitorOptions::username, "")
                    .in(MONITOR)
                    .key(Kind.TEXT, "user", "username")
                    .called("monitor username")
                    .fixed();

    public static final Option<Secret> PASSWORD =
            ROWS.option(MonitorOptions::password, Secret.NONE)
                    .in(MONITOR)
                    .key(Kind.SECRET, "password", "pass")
                    .called("monitor password")
                    .fixed();

    public static final Option<Integer> MAX_CLOSED_CLIENTS =
            ROWS.option(MonitorOptions::maxClosedClients, 10_000)
                    .key(Kind.INTEGER, "max_closed_clients")
                    .unless(0)
                    .fixed();

    private MonitorKeys() {}

    /** The record. */
    public static MonitorOptions of(Settings settings) {
        return new MonitorOptions(
                settings.get(HTTP_HOST),
                settings.get(HTTP_PORT),
                settings.get(HTTPS_PORT),
                settings.get(HTTP_BASE_PATH),
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(MAX_CLOSED_CLIENTS));
    }

    /** Fills in what follows from other options. */
    public static void conclude(Settings settings) {
        if (settings.get(HTTP_HOST).isEmpty()) {
            settings.set(HTTP_HOST, settings.get(ListenKeys.HOST));
        }
    }

    private static void http(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HTTP_HOST, HTTP_PORT);
    }

    private static void https(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HTTP_HOST, HTTPS_PORT);
    }

    /** Nothing that stands in it is passed over, and no message shows a value. */
    private static void monitor(Field block, Reading in) throws BadValueException {
        for (Map.Entry<String, ConfigValue.Entry> entry :
                Typed.table("monitor", block.value()).entrySet()) {
            String written = entry.getKey();
            Field field = new Field("monitor." + written, written, entry.getValue());
            Typed.text(field.key(), field.value());
            Key key = MONITOR.find(written);
            if (key == null) {
                throw new BadValueException("unknown field \"monitor." + written + "\"");
            }
            key.reader().read(field, in);
        }
    }
}
