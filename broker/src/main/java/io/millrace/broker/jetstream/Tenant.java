package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.AccountLimits;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** An account with JetStream: its streams, and what they take up. Shard thread. */
final class Tenant {
    final String account;

    /** Its number among all of the shard; from 0. */
    final int number;

    final Usage usage = new Usage(Usage.UNBOUNDED, Usage.UNBOUNDED);

    private final SortedMap<String, StreamHandle> streams = new TreeMap<>();
    private AccountLimits limits = AccountLimits.NONE;

    /** Its consumers, by what subjects say. */
    final ConsumerNames consumerNames = new ConsumerNames();

    /** Whether it hears what comes for its consumers. */
    boolean listens;

    /** Requests, and those that were answered by an error. */
    long requests;

    long errors;

    Tenant(String account, int number) {
        this.account = account;
        this.number = number;
    }

    AccountLimits limits() {
        return limits;
    }

    void limit(AccountLimits newLimits) {
        limits = newLimits;
        usage.bound(newLimits.maxMemory(), newLimits.maxStore());
    }

    @Nullable StreamHandle stream(String name) {
        return streams.get(name);
    }

    /** By name. */
    Collection<StreamHandle> streams() {
        return streams.values();
    }

    void add(StreamHandle stream) {
        streams.put(stream.name(), stream);
    }

    void remove(StreamHandle stream) {
        streams.remove(stream.name());
    }
}
