package io.millrace.broker.routing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the interest that matches a subject, for a {@link MatchResult}. */
final class Matches {
    private final List<Subscription> plain = new ArrayList<>();
    private final Map<ByteBuffer, List<Interest>> groups = new LinkedHashMap<>();
    private final Map<Route, RemoteInterest> remotes = new LinkedHashMap<>();

    void add(Interest interest) {
        if (interest.isQueue()) {
            groups.computeIfAbsent(ByteBuffer.wrap(interest.queue), _ -> new ArrayList<>())
                    .add(interest);
            return;
        }
        switch (interest) {
            case Subscription subscription -> plain.add(subscription);
            case RemoteInterest remote -> remotes.putIfAbsent(remote.route, remote);
        }
    }

    MatchResult result() {
        return new MatchResult(
                plain.toArray(new Subscription[0]),
                groups.entrySet().stream()
                        .map(group -> QueueGroup.of(group.getKey().array(), group.getValue()))
                        .toArray(QueueGroup[]::new),
                remotes.values().toArray(new RemoteInterest[0]));
    }
}
