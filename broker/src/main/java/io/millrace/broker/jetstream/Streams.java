package io.millrace.broker.jetstream;

import io.millrace.broker.service.ServiceAccount;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All streams of a shard, by number and by name. Shard thread. */
final class Streams {
    private final Map<Integer, StreamHandle> byNumber = new HashMap<>();
    private final Map<String, Tenant> tenants = new TreeMap<>();
    private final List<String> names = new ArrayList<>();

    /** By the number that the service knows the account by. */
    private final List<@Nullable Tenant> byService = new ArrayList<>();

    private int nextNumber = 1;

    /** The number of the next stream; none gets one that another one had. */
    int nextNumber() {
        return nextNumber;
    }

    /** A number that is, or was, somebody's. */
    void used(int number) {
        nextNumber = Math.max(nextNumber, number + 1);
    }

    Tenant tenant(String account) {
        Tenant there = tenants.get(account);
        if (there == null) {
            there = new Tenant(account, names.size());
            tenants.put(account, there);
            names.add(account);
        }
        return there;
    }

    /** An account that a message comes from; without a search but for the first of it. */
    Tenant tenant(ServiceAccount from) {
        int number = from.number();
        while (byService.size() <= number) {
            byService.add(null);
        }
        Tenant there = byService.get(number);
        if (there == null || !there.account.equals(from.name())) {
            there = tenant(from.name());
            byService.set(number, there);
        }
        return there;
    }

    /** The account with a number. */
    String account(int tenant) {
        return names.get(tenant);
    }

    Collection<Tenant> tenants() {
        return tenants.values();
    }

    @Nullable StreamHandle byNumber(int number) {
        return byNumber.get(number);
    }

    List<StreamHandle> all() {
        return new ArrayList<>(byNumber.values());
    }

    int count() {
        return byNumber.size();
    }

    /** One more; its account has it from now on, unless it is still being restored. */
    void add(StreamHandle stream) {
        byNumber.put(stream.number, stream);
        if (!stream.isRestoring()) {
            stream.tenant.add(stream);
        }
        used(stream.number);
    }

    /** All of it is there: its account has it from now on. */
    void restored(StreamHandle stream) {
        stream.restored();
        stream.tenant.add(stream);
    }

    void remove(StreamHandle stream) {
        byNumber.remove(stream.number);
        if (!stream.isRestoring()) {
            stream.tenant.remove(stream);
        }
    }
}
