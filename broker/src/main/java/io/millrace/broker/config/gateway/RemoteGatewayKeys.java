package io.millrace.broker.config.gateway;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.listen.UrlParts;
import io.millrace.broker.config.tls.TlsBlock;
import io.millrace.broker.config.tls.TlsOptions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The entries of {@code gateways}: the clusters that are configured. */
final class RemoteGatewayKeys {
    private static final Block ENTRY = new Block("gateways");

    private static final Rows<RemoteGateway> ROWS = new Rows<>(ENTRY);

    private static final Option<String> NAME =
            ROWS.option(RemoteGateway::name, "").key(Kind.TEXT, "name").live();

    private static final Option<List<ServerUrl>> URLS =
            ROWS.option(RemoteGateway::urls, List.<ServerUrl>of())
                    .key(RemoteGatewayKeys::urls, "urls")
                    .normal(List::copyOf)
                    .live();

    private static final Option<TlsOptions> TLS =
            ROWS.option(RemoteGateway::tls, TlsOptions.OFF)
                    .key(TlsBlock::readForRoutes, "tls")
                    .live();

    static {
        ENTRY.key(RemoteGatewayKeys::url, "url");
    }

    private RemoteGatewayKeys() {}

    static List<RemoteGateway> read(Field field, Reading in) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> entries))) {
            throw new BadValueException(
                    "Expected gateways field to be an array, got " + field.value().kind());
        }
        List<RemoteGateway> gateways = new ArrayList<>();
        for (ConfigValue each : entries) {
            if (each instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> map)) {
                Settings said = new Settings();
                ENTRY.read(map, in.into(said));
                gateways.add(new RemoteGateway(said.get(NAME), said.get(URLS), said.get(TLS)));
            } else {
                in.error(
                        each.at(), "Expected gateway entry to be a map/struct, got " + each.kind());
            }
        }
        return gateways;
    }

    private static void url(Field field, Reading in) throws BadValueException {
        List<ServerUrl> urls = new ArrayList<>(in.settings().get(URLS));
        urls.add(parse(Typed.text(field.key(), field.value())));
        in.settings().set(URLS, urls);
    }

    private static List<ServerUrl> urls(Field field, Reading in) throws BadValueException {
        Set<String> written = new LinkedHashSet<>();
        List<ServerUrl> urls = new ArrayList<>();
        for (ConfigValue each : Typed.array(field.key(), field.value())) {
            String text = Typed.text(field.key(), each);
            if (!written.add(text)) {
                in.warn(
                        each.at(),
                        "invalid use of field \""
                                + UrlParts.redacted(text)
                                + "\": Duplicate gateway entry detected");
                continue;
            }
            try {
                urls.add(parse(text));
            } catch (BadValueException e) {
                in.error(each.at(), String.valueOf(e.getMessage()));
            }
        }
        return urls;
    }

    private static ServerUrl parse(String text) throws BadValueException {
        try {
            return ServerUrl.parse("gateway", text, ServerUrl.NO_PORT);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }
}
