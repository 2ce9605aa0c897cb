package io.millrace.broker.monitor;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.SubjectTransform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All there is to know of one account. */
final class AccountDetail {
    private static final String SERVICE = "service";
    private static final String STREAM = "stream";

    private final AuthOptions auth;
    private final ServerSnapshot server;
    private final AccountSnapshot account;
    private final AccountOptions options;
    private final boolean stores;

    /**
     * Makes one.
     *
     * @param auth what the configuration says of this account, and of those it imports from
     */
    AccountDetail(
            AuthOptions auth,
            JetStreamOptions jetStream,
            ServerSnapshot server,
            AccountSnapshot account) {
        this.auth = auth;
        this.server = server;
        this.account = account;
        stores = JetStreamAccounts.of(jetStream, auth).containsKey(account.name());
        options = JetStreamAccounts.mapped(options(account.name()), jetStream, auth);
    }

    private AccountOptions options(String name) {
        return auth.accounts().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseGet(() -> AccountOptions.named(name));
    }

    private boolean isSystem(String name) {
        return name.equals(auth.systemAccount());
    }

    void write(JsonOut out) throws IOException {
        out.field("account_name", account.name())
                .field("update_time", account.made())
                .some("is_system", isSystem(account.name()))
                .field("expired", false)
                .field("complete", true)
                .field("jetstream_enabled", stores)
                .field("leafnode_connections", account.leafs())
                .field("client_connections", account.clients())
                .field("subscriptions", account.subscriptions());
        mappings(out);
        out.someObjects("exports", exports().toList());
        out.someObjects("imports", imports().toList());
        out.field("name_tag", account.name())
                .object("sublist_stats", stats -> Subsz.write(stats, server.sublist(), account));
        limits(out);
    }

    private void mappings(JsonOut out) throws IOException {
        Map<String, MappingOptions> bySource = new TreeMap<>();
        options.mappings().forEach(mapping -> bySource.put(mapping.source(), mapping));
        if (!bySource.isEmpty()) {
            out.object(
                    "mappings",
                    all -> {
                        for (MappingOptions mapping : bySource.values()) {
                            all.objects(
                                    mapping.source(),
                                    ShownMapping.destinations(mapping),
                                    AccountDetail::destination);
                        }
                    });
        }
    }

    private static void destination(JsonOut out, MapDest destination) throws IOException {
        out.field("subject", destination.subject())
                .field("weight", destination.weight())
                .some("cluster", destination.cluster());
    }

    // --- exports

    private Stream<JsonOut.Fields> exports() {
        List<ServiceExport> systems = isSystem(account.name()) ? SystemShares.exports() : List.of();
        return Stream.concat(
                Stream.concat(options.serviceExports().stream(), systems.stream())
                        .map(service -> out -> export(out, service)),
                options.streamExports().stream().map(stream -> out -> export(out, stream)));
    }

    private static void export(JsonOut out, ServiceExport service) throws IOException {
        String type =
                switch (service.responseType()) {
                    case SINGLETON -> "Singleton";
                    case STREAM -> "Streamed";
                    case CHUNKED -> "Chunked";
                };
        out.field("subject", service.subject()).field("type", SERVICE).field("response_type", type);
        latency(out, "service_latency", service.latency());
        approved(out, service.access());
    }

    private static void export(JsonOut out, StreamExport stream) throws IOException {
        out.field("subject", stream.subject()).field("type", STREAM);
        approved(out, stream.access());
    }

    private static void approved(JsonOut out, Access access) throws IOException {
        if (access.accounts() != null) {
            out.someTexts("approved_accounts", new TreeSet<>(access.accounts()));
        }
    }

    private static void latency(JsonOut out, String name, ServiceExport.@Nullable Latency latency)
            throws IOException {
        if (latency != null) {
            out.object(
                    name,
                    fields -> {
                        if (latency.sampling() == ServiceExport.Latency.BY_HEADERS) {
                            fields.field("sampling", "headers");
                        } else {
                            fields.field("sampling", latency.sampling());
                        }
                        fields.field("results", latency.subject());
                    });
        }
    }

    // --- imports

    private Stream<JsonOut.Fields> imports() {
        Stream<ServiceImport> services =
                Stream.concat(
                        options.serviceImports().stream(),
                        SystemShares.imports(account.name(), auth.systemAccount()).stream());
        return Stream.concat(
                options.streamImports().stream().map(stream -> out -> imported(out, stream)),
                services.map(service -> out -> imported(out, service)));
    }

    private static void imported(JsonOut out, StreamImport stream) throws IOException {
        out.field("subject", stream.subject())
                .field("account", stream.account())
                .field("local_subject", SubjectTransform.untokenize(stream.to()))
                .field("type", STREAM);
        flags(out, false);
    }

    private void imported(JsonOut out, ServiceImport service) throws IOException {
        String local = SubjectTransform.untokenize(service.from());
        out.field("subject", service.subject())
                .field("account", service.account())
                .field("to", local)
                .field("local_subject", local)
                .field("type", SERVICE);
        flags(out, service.share());
        latency(out, "latency", measured(service.account(), service.subject()));
    }

    private static void flags(JsonOut out, boolean share) throws IOException {
        out.field("invalid", false).field("share", share).field("tracking", false);
    }

    /** How the exporting account measures what is imported; null for not at all. */
    private ServiceExport.@Nullable Latency measured(String exporting, String subject) {
        ServiceExport found = null;
        for (ServiceExport each : options(exporting).serviceExports()) {
            if (each.subject().equals(subject)) {
                return each.latency();
            }
            if (found == null && Subjects.isSubset(subject, each.subject())) {
                found = each;
            }
        }
        return found == null ? null : found.latency();
    }

    // --- limits, which the reference tells of accounts of JWTs only, and elsewhere

    private void limits(JsonOut out) throws IOException {
        AccountLimits limits = account.limits();
        if (!limits.equals(AccountLimits.NONE)) {
            out.object(
                    "limits",
                    all ->
                            all.field("max_connections", limits.maxConnections())
                                    .field("max_subscriptions", limits.maxSubscriptions())
                                    .field("max_payload", limits.maxPayloadBytes())
                                    .field("max_leafnodes", limits.maxLeafNodes()));
        }
    }
}
