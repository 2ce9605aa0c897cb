package io.millrace.broker.gateway;

import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.listen.UrlBounds;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Another cluster: where its servers are, and what has become of connecting to one of them. Routing
 * thread.
 */
final class RemoteCluster {
    final String name;

    /** Whether it is just heard of, not configured. */
    final boolean implicit;

    final CertificateName certificateName = new CertificateName();
    private final List<ServerUrl> configured;
    private final Map<String, ServerUrl> urls = new LinkedHashMap<>();
    private int bytes;

    private final UrlRoom room;
    private int taken;

    /** The connection that this server has made, be it still on its way; null for none. */
    @Nullable GatewaySession outbound;

    /** Whether it is being dialed, or about to be. */
    boolean isSolicited;

    /** How often, in this row. */
    int attempts;

    /** How many connections in a row have ended before it was clear that they lead there. */
    int misses;

    /** Whether it is for the first time. */
    boolean first;

    /** Before the next attempt. */
    long delayMs;

    /** What is left to dial in this attempt. */
    private final Deque<ServerUrl> left = new ArrayDeque<>();

    private RemoteCluster(String name, boolean implicit, List<ServerUrl> configured, UrlRoom room) {
        this.name = name;
        this.implicit = implicit;
        this.configured = configured;
        this.room = room;
        reset();
    }

    /**
     * One that is configured.
     *
     * @param room for what others tell of where its servers are
     */
    static RemoteCluster configured(String name, List<ServerUrl> urls, UrlRoom room) {
        return new RemoteCluster(name, false, List.copyOf(urls), room);
    }

    /** One that others have told of. */
    static RemoteCluster heardOf(String name, UrlRoom room) {
        return new RemoteCluster(name, true, List.of(), room);
    }

    /** Forgets what others have told. */
    void reset() {
        room.give(taken);
        taken = 0;
        urls.clear();
        bytes = 0;
        for (ServerUrl url : configured) {
            certificateName.learn(url.host());
            urls.put(url.address(), url);
        }
    }

    /** One of its servers has said where all of them are. */
    void replace(List<String> told) {
        reset();
        add(told);
    }

    /** Somebody has said where some of its servers are. */
    void add(List<String> told) {
        for (String each : told) {
            if (urls.containsKey(each) || !UrlBounds.hasRoom(bytes, each)) {
                continue;
            }
            ServerUrl url;
            try {
                url = ServerUrl.parse("gateway", "nats://" + each, ServerUrl.NO_PORT);
            } catch (IllegalArgumentException e) {
                continue;
            }
            // What stands before or behind the address isn't theirs to say.
            int needed = url.address().equals(each) ? room.take(each) : 0;
            if (needed > 0) {
                taken += needed;
                certificateName.learn(url.host());
                urls.put(each, url);
                bytes += each.length();
            }
        }
    }

    /** Where its servers are, as is told to others. */
    List<String> addresses() {
        return List.copyOf(urls.keySet());
    }

    /** An attempt begins, at all of them in some order. */
    void beginAttempt(Random random) {
        attempts++;
        List<ServerUrl> shuffled = new ArrayList<>(urls.values());
        Collections.shuffle(shuffled, random);
        left.clear();
        left.addAll(shuffled);
    }

    /** The next to dial; null if the attempt is over. */
    @Nullable ServerUrl next() {
        return left.poll();
    }
}
