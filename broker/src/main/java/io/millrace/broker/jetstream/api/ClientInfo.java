package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * The client that a request is of, as an advisory tells it; what is empty or 0 isn't told.
 *
 * @param startNs when it connected, since the epoch
 * @param host its address
 * @param id its number
 * @param account its account
 * @param service the account that it asked through an import
 * @param rttNs how long a ping takes
 * @param server the server that it is connected to
 * @param cluster that server's cluster
 * @param kind {@code Client}, {@code Leafnode}...
 * @param clientType {@code nats}, {@code websocket}...
 */
public record ClientInfo(
        long startNs,
        String host,
        long id,
        String account,
        String service,
        String user,
        String name,
        String lang,
        String version,
        long rttNs,
        String server,
        String cluster,
        String issuerKey,
        String nameTag,
        List<String> tags,
        String kind,
        String clientType) {
    private static final Request.Form<ClientInfo> FORM =
            new Request.Form<>(RequestSchemas.CLIENT_INFO, ClientInfo::of);

    private static ClientInfo of(JsonFields fields) {
        OffsetDateTime start = fields.time("start");
        return new ClientInfo(
                start == null ? 0 : GoTime.ns(start),
                fields.text("host"),
                fields.number("id"),
                fields.text("acc"),
                fields.text("svc"),
                fields.text("user"),
                fields.text("name"),
                fields.text("lang"),
                fields.text("ver"),
                fields.number("rtt"),
                fields.text("server"),
                fields.text("cluster"),
                fields.text("issuer_key"),
                fields.text("name_tag"),
                fields.texts("tags"),
                fields.text("kind"),
                fields.text("client_type"));
    }

    /**
     * What the header {@code Nats-Request-Info} of a request says.
     *
     * @param value of the header
     * @return null if it isn't such
     */
    public static @Nullable ClientInfo read(byte[] value) {
        return FORM.readAny(value);
    }

    /** The same of one that has asked through an import from an account, and of which server. */
    public ClientInfo through(String exporter, String itsServer) {
        return new ClientInfo(
                startNs,
                host,
                id,
                account,
                exporter,
                user,
                name,
                lang,
                version,
                rttNs,
                itsServer,
                cluster,
                issuerKey,
                nameTag,
                tags,
                kind,
                clientType);
    }

    void write(JsonWriter out) {
        if (startNs != 0) {
            out.time("start", startNs);
        }
        out.some("host", host)
                .some("id", id)
                .some("acc", account)
                .some("svc", service)
                .some("user", user)
                .some("name", name)
                .some("lang", lang)
                .some("ver", version)
                .some("rtt", rttNs)
                .some("server", server)
                .some("cluster", cluster)
                .some("issuer_key", issuerKey)
                .some("name_tag", nameTag)
                .someTexts("tags", tags)
                .some("kind", kind)
                .some("client_type", clientType);
    }
}
