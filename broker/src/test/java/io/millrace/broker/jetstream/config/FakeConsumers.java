package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The consumers of a made-up stream. */
public final class FakeConsumers implements ConsumerNeighbours {
    private final Map<String, ConsumerConfig> consumers = new TreeMap<>();
    private final Set<String> interest = new HashSet<>();
    private int names;

    /** Adds one, or has it changed. */
    public void put(String name, ConsumerConfig kept) {
        consumers.put(name, kept);
    }

    /** Somebody subscribes. */
    public void subscribe(String subject) {
        interest.add(subject);
    }

    @Override
    public @Nullable ConsumerConfig find(String name) {
        return consumers.get(name);
    }

    @Override
    public Map<String, ConsumerConfig> all() {
        return consumers;
    }

    @Override
    public long counted() {
        return consumers.values().stream().filter(each -> !each.isForCopying()).count();
    }

    @Override
    public boolean hasInterest(String subject) {
        return interest.contains(subject);
    }

    @Override
    public String newName() {
        return "MADE-UP" + names++;
    }
}
