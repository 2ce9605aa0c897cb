package io.millrace.broker;

import io.millrace.broker.jetstream.ShardVoice;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.log.ServerLog;

import java.time.Duration;

/** A shard's voice, which says how its start goes in the words of {@link JetStreamLines}. */
record StartVoice(ShardVoice service, ServerLog log) implements ShardVoice {
    @Override
    public boolean publish(int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return service.publish(tenant, subject, reply, headers, payload);
    }

    @Override
    public boolean deliver(
            int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return service.deliver(tenant, to, subject, reply, headers, payload);
    }

    @Override
    public boolean hasRoom() {
        return service.hasRoom();
    }

    @Override
    public int watch(int tenant, Bytes subject) {
        return service.watch(tenant, subject);
    }

    @Override
    public void unwatch(int watch) {
        service.unwatch(watch);
    }

    @Override
    public void notice(String text) {
        service.notice(text);
    }

    @Override
    public void error(String text) {
        service.error(text);
    }

    @Override
    public void restoring(String account, String stream) {
        JetStreamLines.restoring(log, account, stream);
    }

    @Override
    public void restored(String account, String stream, long messages, long ns) {
        JetStreamLines.restored(log, account, stream, messages, Duration.ofNanos(ns));
    }

    @Override
    public void replayed(long records) {
        JetStreamLines.replayed(log, records);
    }
}
