package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.testing.NatsServers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Five servers whose clients subscribe and unsubscribe at random: whoever publishes wherever, each
 * message gets to whom it should by the simplest idea of that, and to nobody else.
 */
@Timeout(120)
class FiveMembersIT {
    private static final int MEMBERS = 5;
    private static final int SUBSCRIBERS = 2 * MEMBERS;
    private static final int MOST_SUBSCRIPTIONS = 6;
    private static final int ROUNDS = 25;
    private static final int MESSAGES = 40;

    /** No pattern collides with the subjects of {@link #endOf}. */
    private static final String[] TOKENS = {"a", "b", "c"};

    private static final String[] GROUPS = {"g", "h"};

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<RawClient> clients = new ArrayList<>();
    private final List<Map<Integer, Wish>> wishes = new ArrayList<>();

    /** By message, the subscriptions that got it, each as often as it did. */
    private final Map<String, List<Receiver>> received = new TreeMap<>();

    private int lastSid;

    private record Wish(String pattern, @Nullable String group) {}

    private record Receiver(int client, int sid) {}

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverAsTheSimplestOracleSaysWhileSubscriptionsComeAndGo(Mode mode)
            throws Exception {
        try (NatsServers cluster = Cluster.of(MEMBERS, mode)) {
            List<RawClient> publishers = new ArrayList<>();
            for (NatsServer member : cluster.servers()) {
                publishers.add(connected(member));
            }
            List<RawClient> subscribers = new ArrayList<>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                subscribers.add(connected(cluster.server(i % MEMBERS)));
                wishes.add(new TreeMap<>());
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < SUBSCRIBERS; i++) {
                    changeWishes(i, subscribers.get(i), round);
                }
                Map<String, String> sent = new TreeMap<>();
                for (RawClient publisher : publishers) {
                    for (int i = 0; i < SUBSCRIBERS; i++) {
                        Interest.await(publisher, endOf(i, round));
                    }
                    publish(publisher, round, sent);
                }
                for (int i = 0; i < SUBSCRIBERS; i++) {
                    read(i, subscribers.get(i), endOf(i, round));
                }
                for (Map.Entry<String, String> each : sent.entrySet()) {
                    check(each.getKey(), each.getValue());
                }
                assertThat(received).as("never sent; seed %d", seed).isEmpty();
            }
            for (RawClient subscriber : subscribers) {
                subscriber.close();
            }
            cluster.awaitSubscriptions(0);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private RawClient connected(NatsServer member) throws IOException {
        RawClient client = RawClient.connected(member);
        clients.add(client);
        return client;
    }

    /** Where a subscriber hears that a publisher is done with the round. */
    private static String endOf(int subscriber, int round) {
        return "end." + subscriber + "." + round;
    }

    // --- what is done

    /** Some subscriptions come and go; whoever knows of the last one knows of all. */
    private void changeWishes(int index, RawClient client, int round) throws IOException {
        Map<Integer, Wish> own = wishes.get(index);
        StringBuilder lines = new StringBuilder();
        for (int sid : List.copyOf(own.keySet())) {
            if (random.nextInt(4) == 0) {
                own.remove(sid);
                lines.append("UNSUB ").append(sid).append("\r\n");
            }
        }
        for (int i = random.nextInt(3); i > 0 && own.size() < MOST_SUBSCRIPTIONS; i--) {
            Wish wish = new Wish(pattern(), random.nextBoolean() ? null : anyOf(GROUPS));
            int sid = ++lastSid;
            own.put(sid, wish);
            String group = wish.group == null ? "" : wish.group + ' ';
            lines.append("SUB %s %s%d\r\n".formatted(wish.pattern, group, sid));
        }
        lines.append("UNSUB 0\r\nSUB ").append(endOf(index, round)).append(" 0\r\n");
        client.send(lines.toString());
        client.fence();
    }

    private String anyOf(String... choice) {
        return choice[random.nextInt(choice.length)];
    }

    private String pattern() {
        String first = random.nextInt(4) == 0 ? "*" : anyOf(TOKENS);
        return switch (random.nextInt(6)) {
            case 0 -> anyOf(TOKENS) + ".>";
            case 1 -> first + ".*";
            default -> first + '.' + anyOf(TOKENS);
        };
    }

    private void publish(RawClient publisher, int round, Map<String, String> sent)
            throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < MESSAGES; i++) {
            String subject = anyOf(TOKENS) + '.' + anyOf(TOKENS);
            String message = Integer.toString(sent.size());
            sent.put(message, subject);
            lines.append("PUB %s %d\r\n%s\r\n".formatted(subject, message.length(), message));
        }
        for (int i = 0; i < SUBSCRIBERS; i++) {
            lines.append("PUB ").append(endOf(i, round)).append(" 3\r\nend\r\n");
        }
        publisher.send(lines.toString());
    }

    /** Reads until all publishers are done. */
    private void read(int index, RawClient client, String endSubject) throws IOException {
        int ends = 0;
        while (ends < MEMBERS) {
            String[] words = client.lineAfterPing().strip().split(" ");
            String payload = client.line().strip();
            if (!words[1].equals(endSubject)) {
                Receiver receiver = new Receiver(index, Integer.parseInt(words[2]));
                received.computeIfAbsent(payload, _ -> new ArrayList<>()).add(receiver);
            } else if (payload.equals("end")) {
                ends++;
            }
        }
        client.fence();
    }

    // --- what should have come of it

    private void check(String message, String subject) {
        List<Receiver> all = new ArrayList<>(received.getOrDefault(message, List.of()));
        received.remove(message);
        List<Receiver> everybody = new ArrayList<>();
        Map<String, List<Receiver>> groups = new HashMap<>();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            for (Map.Entry<Integer, Wish> each : wishes.get(i).entrySet()) {
                Wish wish = each.getValue();
                Receiver receiver = new Receiver(i, each.getKey());
                if (!matches(wish.pattern, subject)) {
                    continue;
                }
                if (wish.group == null) {
                    everybody.add(receiver);
                } else {
                    groups.computeIfAbsent(wish.group, _ -> new ArrayList<>()).add(receiver);
                }
            }
        }
        String what = "%s, subscriptions %s, seed %d".formatted(subject, wishes, seed);
        for (Collection<Receiver> group : groups.values()) {
            List<Receiver> chosen = all.stream().filter(group::contains).toList();
            assertThat(chosen).as("one of %s: %s", group, what).hasSize(1);
            all.removeAll(chosen);
        }
        assertThat(all).as(what).containsExactlyInAnyOrderElementsOf(everybody);
    }

    private static boolean matches(String pattern, String subject) {
        String regex = pattern.replace(".", "\\.").replace("*", "[^.]+").replace(">", ".+");
        return subject.matches(regex);
    }
}
