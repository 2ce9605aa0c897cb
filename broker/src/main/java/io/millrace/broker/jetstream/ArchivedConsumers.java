package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.archive.ArchivedConsumer;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.ConsumerConfig;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/**
 * The consumers of a stream, as backups have them. Shard thread.
 *
 * @param work the shard's
 */
record ArchivedConsumers(StreamHandle stream, ConsumerWork work) implements ConsumersOf {
    @Override
    public List<String> names() {
        return stream.consumers().all().stream()
                .filter(each -> !each.consumer().config().isForCopying())
                .map(ConsumerHandle::name)
                .toList();
    }

    @Override
    public @Nullable ArchivedConsumer find(String name) {
        ConsumerHandle there = stream.consumers().byName(name);
        return there == null
                ? null
                : new ArchivedConsumer(
                        name,
                        StoredConfig.write(there.consumer().config()),
                        there.consumer().state());
    }

    @Override
    public @Nullable ApiError restore(ArchivedConsumer consumer) {
        if (stream.consumers().byName(consumer.name()) != null) {
            return ApiErrors.STREAM_RESTORE.error("a consumer is there twice");
        }
        ConsumerConfig config;
        try {
            config = StoredConfig.readConsumer(consumer.config());
        } catch (IOException e) {
            return ApiErrors.STREAM_RESTORE.error("a consumer's configuration can't be read");
        }
        return work.restore(stream, consumer.name(), config, consumer.state())
                ? null
                : ApiErrors.INSUFFICIENT_RESOURCES.error();
    }

    @Override
    public void restored() {
        work.begin(stream);
    }
}
