package io.millrace.broker.monitor;

import io.millrace.broker.config.jetstream.BatchLimits;
import io.millrace.broker.config.jetstream.JetStreamLimits;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.jetstream.view.ApiCalls;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.jetstream.view.Usage;

import java.io.IOException;
import java.util.Optional;

/** The parts that all that is told of JetStream consists of. */
final class JetStreamJson {
    private JetStreamJson() {}

    /** JetStream; empty also if it doesn't answer, which must not keep the rest from being told. */
    static Optional<JetStreamView> of(Monitored server, Look look) throws InterruptedException {
        try {
            return server.jetStream(look);
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Writes {@code jetstream} of {@code varz}: what it may, what it does, what bounds it. */
    static void write(JsonOut out, JetStreamView view, JetStreamOptions options)
            throws IOException {
        out.object(
                "jetstream",
                all -> {
                    all.object("config", config -> config(config, view, options, true));
                    all.object("stats", stats -> stats(stats, view));
                    all.object("limits", limits -> limits(limits, options.limits()));
                });
    }

    /** The same for whoever isn't to know where it stores. */
    static void writeAbroad(JsonOut out, JetStreamView view, JetStreamOptions options)
            throws IOException {
        out.object(
                "jetstream",
                all -> {
                    all.object("config", config -> config(config, view, options, false));
                    all.object("stats", stats -> stats(stats, view));
                    all.object("limits", limits -> limits(limits, options.limits()));
                });
    }

    /** Writes what {@code config} has. */
    static void config(
            JsonOut out, JetStreamView view, JetStreamOptions options, boolean withFolder)
            throws IOException {
        out.field("max_memory", view.maxMemoryBytes()).field("max_storage", view.maxStoreBytes());
        if (withFolder) {
            out.some("store_dir", view.storeDir());
        }
        out.field("sync_interval", options.sync().interval().toNanos())
                .some("sync_always", options.sync().always())
                .some("domain", options.domain())
                .field("compress_ok", true)
                .some("strict", options.strict());
    }

    /** Writes what {@code stats} has. */
    static void stats(JsonOut out, JetStreamView view) throws IOException {
        stats(out, view.usage(), view.totals().accounts(), view.apiLevel(), view.api());
    }

    /** The same of an account, which has none itself. */
    static void stats(JsonOut out, Usage usage, ApiCalls api) throws IOException {
        stats(out, usage, 0, 0, api);
    }

    private static void stats(JsonOut out, Usage usage, int accounts, int level, ApiCalls api)
            throws IOException {
        out.field("memory", usage.memoryBytes())
                .field("storage", usage.storeBytes())
                .unsigned("reserved_memory", usage.reservedMemoryBytes())
                .unsigned("reserved_storage", usage.reservedStoreBytes())
                .field("accounts", accounts)
                .field("ha_assets", 0)
                .object(
                        "api",
                        calls ->
                                calls.field("level", level)
                                        .field("total", api.total())
                                        .field("errors", api.errors())
                                        .some("inflight", api.inflight()));
    }

    /** Writes what {@code limits} has. */
    static void limits(JsonOut out, JetStreamLimits limits) throws IOException {
        BatchLimits batch = limits.batch();
        out.some("max_request_batch", limits.maxRequestBatch())
                .some("max_ack_pending", limits.maxAckPending())
                .some("max_duplicate_window", limits.duplicateWindow().toNanos())
                .some("max_batch_inflight_per_stream", batch.maxInflightPerStream())
                .some("max_batch_inflight_total", batch.maxInflightTotal())
                .some("max_batch_size", batch.maxMessages())
                .some("max_batch_timeout", batch.timeout().toNanos())
                .some("default_max_consumers", limits.defaultMaxConsumers());
    }
}
