package io.millrace.broker.config.listen;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

import java.util.ArrayList;
import java.util.List;

/** The options of where clients connect. */
public final class ListenKeys {
    public static final Rows<ListenOptions> ROWS = new Rows<>(new Block(""));

    static {
        ROWS.block().key(ListenKeys::listen, "listen");
    }

    public static final Option<String> HOST =
            ROWS.option(ListenOptions::host, ListenOptions.DEFAULT_HOST)
                    .key(Kind.TEXT, "host", "net")
                    .flag(Flag.Kind.TEXT, "a", "addr", "net")
                    .normal(host -> host.isEmpty() ? ListenOptions.DEFAULT_HOST : host)
                    .fixed();

    public static final Option<Integer> PORT =
            ROWS.option(ListenOptions::port, ListenOptions.DEFAULT_PORT)
                    .key(Kind.INTEGER, "port")
                    .flag(Flag.Kind.INTEGER, "p", "port")
                    .fixed();

    public static final Option<String> CLIENT_ADVERTISE =
            ROWS.option(ListenOptions::clientAdvertise, "")
                    .key(Kind.text(ListenKeys::advertise), "client_advertise")
                    .flag(Flag.Kind.of(ListenKeys::advertise), "client_advertise")
                    .live();

    /** As in the reference, no file and no flag has it. */
    public static final Option<Boolean> DONT_LISTEN =
            ROWS.option(ListenOptions::dontListen, false).called("dont_listen").fixed();

    public static final Option<Boolean> PROXY_PROTOCOL =
            ROWS.option(ListenOptions::proxyProtocol, false)
                    .key(Kind.BOOLEAN, "proxy_protocol")
                    .fixed();

    private ListenKeys() {}

    /** The record. */
    public static ListenOptions of(Settings settings) {
        return new ListenOptions(
                settings.get(HOST),
                settings.get(PORT),
                settings.get(CLIENT_ADVERTISE),
                settings.get(DONT_LISTEN),
                settings.get(PROXY_PROTOCOL));
    }

    private static void listen(Field field, Reading in) throws BadValueException {
        Address.read(field, in, HOST, PORT);
    }

    private static String advertise(String address) {
        return Advertise.checked("client_advertise", address);
    }

    /** Everything that is wrong; empty if nothing is. */
    public static List<String> problems(ListenOptions listen) {
        List<String> problems = new ArrayList<>();
        int port = listen.port();
        if (port != ListenOptions.ANY_PORT && (port < 1 || port > 65_535)) {
            problems.add("port must be 1..65535, or -1 for any free one: " + port);
        }
        if (listen.dontListen() && !listen.clientAdvertise().isEmpty()) {
            problems.add("clients can't be told an address of a server that doesn't listen");
        }
        return problems;
    }
}
