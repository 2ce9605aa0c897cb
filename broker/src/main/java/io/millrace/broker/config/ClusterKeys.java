package io.millrace.broker.config;

import io.millrace.broker.config.PermissionOptions.SubjectRules;
import io.millrace.broker.config.UnknownField.Block;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a {@code cluster} block. */
final class ClusterKeys {
    private final ConfigKeys keys;
    private final ClusterOptions.Builder cluster;
    private @Nullable RoutePermissions permissions;
    private @Nullable RoutePermissions deprecatedPermissions;

    private ClusterKeys(ConfigKeys keys, ClusterOptions.Builder cluster) {
        this.keys = keys;
        this.cluster = cluster;
    }

    /**
     * Reads a block into options; what is wrong within is added to the errors of {@code keys}.
     *
     * @throws BadValueException if it isn't a map
     */
    static void read(ConfigValue value, ConfigKeys keys, ClusterOptions.Builder cluster)
            throws BadValueException {
        if (!(value
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException("Expected map to define cluster, got " + value.kind());
        }
        ClusterKeys block = new ClusterKeys(keys, cluster);
        entries.forEach(block::applyOrReport);
        // What stands in the authorization block counts only if nothing stands here.
        cluster.permissions(
                block.permissions == null ? block.deprecatedPermissions : block.permissions);
    }

    private void applyOrReport(String writtenKey, ConfigValue.Entry entry) {
        try {
            apply(writtenKey, entry);
        } catch (BadValueException e) {
            keys.errors().add(new ConfigProblem(entry.at(), e.getMessage()));
        }
    }

    private void apply(String writtenKey, ConfigValue.Entry entry) throws BadValueException {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        ConfigValue value = entry.value();
        switch (key) {
            case "name" -> cluster.name(name(Typed.text(key, value)));
            case "listen" -> ConfigKeys.address(key, value, cluster::host, cluster::port);
            case "host", "net" -> cluster.host(Typed.text(key, value));
            case "port" -> cluster.port(Typed.integer(key, value));
            case "advertise", "cluster_advertise" ->
                    cluster.advertise(advertise(key, Typed.text(key, value)));
            case "no_advertise" -> cluster.noAdvertise(Typed.flag(key, value));
            case "authorization" -> authorization(writtenKey, entry);
            case "permissions" -> permissions = permissions(value);
            case "routes" -> cluster.routes(routes(key, value));
            case "connect_retries" -> cluster.connectRetries(Typed.integer(key, value));
            case "connect_backoff" -> cluster.connectBackoff(Typed.flag(key, value));
            case "pool_size" -> cluster.poolSize(Typed.integer(key, value));
            case "accounts" -> cluster.accounts(Typed.texts(key, value));
            case "compression" ->
                    cluster.compression(CompressionKeys.read(key, value, keys.errors()));
            case "tls" -> cluster.tls(TlsKeys.readForRoutes(value, keys.errors()));
            case "ping_interval" -> cluster.pingInterval(pingInterval(entry));
            case "ping_max" -> cluster.pingMax(Typed.integer(key, value));
            case "write_deadline" -> cluster.writeDeadline(keys.duration(key, entry));
            case "write_timeout" -> cluster.writeTimeout(WriteTimeout.of(Typed.text(key, value)));
            default -> unknown(Block.CLUSTER, writtenKey, entry);
        }
    }

    private static String name(String name) throws BadValueException {
        String problem = ClusterChecks.nameProblem(name);
        if (!problem.isEmpty()) {
            throw new BadValueException(problem);
        }
        return name;
    }

    private static String advertise(String key, String address) throws BadValueException {
        String problem = Advertise.problem(key, address);
        if (!problem.isEmpty()) {
            throw new BadValueException(problem);
        }
        return address;
    }

    private Duration pingInterval(ConfigValue.Entry entry) throws BadValueException {
        Duration interval = keys.duration("ping_interval", entry);
        if (interval.compareTo(ClusterOptions.MAX_PING_INTERVAL) > 0) {
            warn(
                    entry.at(),
                    "Cluster 'ping_interval' will reset to "
                            + Durations.text(ClusterOptions.MAX_PING_INTERVAL)
                            + " which is the max for routes");
        }
        return interval;
    }

    // --- routes

    private List<RouteUrl> routes(String key, ConfigValue value) throws BadValueException {
        Set<RouteUrl> routes = new LinkedHashSet<>();
        for (ConfigValue element : Typed.array(key, value)) {
            RouteUrl url;
            try {
                String written = Typed.text(key, element);
                if (written.isEmpty()) {
                    // A variable that is set to nothing: there is no such server.
                    continue;
                }
                url = RouteUrl.parse(written);
            } catch (IllegalArgumentException | BadValueException e) {
                keys.errors().add(new ConfigProblem(element.at(), String.valueOf(e.getMessage())));
                continue;
            }
            if (!routes.add(url)) {
                warn(
                        element.at(),
                        "invalid use of field \"" + url + "\": Duplicate route entry detected");
            }
        }
        return List.copyOf(routes);
    }

    // --- who may be a route, and what it may do

    private void authorization(String writtenKey, ConfigValue.Entry block)
            throws BadValueException {
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table("authorization", block.value()).entrySet()) {
            try {
                authorization(writtenKey, block, each.getKey(), each.getValue());
            } catch (BadValueException e) {
                keys.errors().add(new ConfigProblem(each.getValue().at(), e.getMessage()));
            }
        }
    }

    private void authorization(
            String block, ConfigValue.Entry blockEntry, String writtenKey, ConfigValue.Entry entry)
            throws BadValueException {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        ConfigValue value = entry.value();
        switch (key) {
            case "user", "username" -> cluster.username(Typed.text(key, value));
            case "pass", "password" -> cluster.password(Typed.secret(key, value));
            case "timeout" -> cluster.authTimeout(AuthKeys.timeout(entry, keys.warnings()));
            case "users" ->
                    throw new BadValueException(
                            "Cluster authorization does not allow multiple users");
            case "token" ->
                    throw new BadValueException("Cluster authorization does not support tokens");
            case "auth_callout", "auth_hook" ->
                    throw new BadValueException("Cluster authorization does not support callouts");
            case "default_permission", "default_permissions", "permissions" -> {
                deprecatedPermissions = permissions(value);
                warn(
                        blockEntry.at(),
                        "invalid use of field \""
                                + block
                                + "\": setting \"permissions\" within cluster authorization block"
                                + " is deprecated");
            }
            default -> unknown(Block.AUTHORIZATION, writtenKey, entry);
        }
    }

    private RoutePermissions permissions(ConfigValue value) throws BadValueException {
        PermissionOptions read = PermissionKeys.read(value, keys.errors());
        if (read.responses() != null) {
            throw new BadValueException("Cluster permissions do not support dynamic responses");
        }
        // Here no queue group may stand behind a subject.
        checkSubjects("cluster export", read.subscribe());
        return new RoutePermissions(read.publish(), read.subscribe());
    }

    private static void checkSubjects(String what, SubjectRules rules) throws BadValueException {
        if (rules.allow() != null) {
            checkSubjects(what + " allow", rules.allow());
        }
        checkSubjects(what + " deny", rules.deny());
    }

    private static void checkSubjects(String what, List<String> subjects) throws BadValueException {
        for (String subject : subjects) {
            if (!Subject.isValid(subject)) {
                throw new BadValueException(
                        what + ": subject \"" + subject + "\" is not a valid subject");
            }
        }
    }

    // --- what to say of it

    private void warn(Position at, String message) {
        keys.warnings().add(new ConfigProblem(at, message));
    }

    private static void unknown(Block block, String key, ConfigValue.Entry entry)
            throws BadValueException {
        if (!entry.isVariable()) {
            throw UnknownField.in(block, key);
        }
    }
}
