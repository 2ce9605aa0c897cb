package io.millrace.broker.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SidText;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The matcher against the simplest one there is, with subscriptions that come and go. */
@Tag("property")
class MatcherPropertyTest {
    private static final int CASES = 100_000 * Integer.getInteger("millrace.effort", 1);
    private static final String[] TOKENS = {"a", "b", "c", "dd", "e-e"};

    /** What the naive matcher knows of an interest. */
    private record Wanted(Interest interest, String[] tokens) {
        Wanted(Interest interest) {
            this(interest, new String(interest.subject, StandardCharsets.US_ASCII).split("\\."));
        }
    }

    /** Without a cache, with one so small that subjects drive each other out, and a large one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 64, 4096})
    void shouldAgreeWithNaiveMatcher(int cachedSubjects) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        Matcher matcher = new Matcher(Ledger.unbounded());
        if (cachedSubjects > 0) {
            matcher.use(new SubjectCache(cachedSubjects));
        }
        Account[] accounts = {
            new Account(new Generations(0, 0), "one"), new Account(new Generations(1, 0), "two")
        };
        List<List<Wanted>> present = List.of(new ArrayList<>(), new ArrayList<>());
        Client client =
                new Client(
                        1,
                        "127.0.0.1",
                        1,
                        accounts[0],
                        "",
                        new RouterFixture.CountingPeer(),
                        new OutboundQueue(new ChunkPool()));
        Route[] routes = new Route[3];
        for (int i = 0; i < routes.length; i++) {
            routes[i] =
                    new Route(
                            2 + i,
                            "127.0.0.1",
                            2 + i,
                            new RouterFixture.CountingPeer(),
                            new OutboundQueue(new ChunkPool()));
        }
        try (NativeBlock block = NativeBlock.allocate(4096)) {
            Region memory = block.region();
            for (int i = 0; i < CASES; i++) {
                int tenant = random.nextInt(2);
                List<Wanted> mine = present.get(tenant);
                if (random.nextInt(10) == 0) {
                    if (mine.size() > random.nextInt(60)) {
                        Wanted gone = mine.remove(random.nextInt(mine.size()));
                        matcher.remove(accounts[tenant].index, gone.interest);
                    } else {
                        byte[] subject = subject(random, true).getBytes(StandardCharsets.US_ASCII);
                        byte[] queue = new byte[random.nextInt(3) == 0 ? 1 : 0];
                        Interest added =
                                random.nextBoolean()
                                        ? new Subscription(
                                                client.peer,
                                                accounts[tenant],
                                                subject,
                                                queue,
                                                new SidText(new byte[] {'1'}))
                                        : new RemoteInterest(
                                                routes[random.nextInt(routes.length)].peer,
                                                accounts[tenant],
                                                subject,
                                                queue,
                                                1 + random.nextInt(5));
                        memory.put(0, subject);
                        matcher.add(accounts[tenant].index, memory, 0, subject.length, added);
                        mine.add(new Wanted(added));
                    }
                }
                String published = subject(random, false);
                byte[] bytes = published.getBytes(StandardCharsets.US_ASCII);
                memory.put(0, bytes);
                MatchResult found =
                        matcher.match(
                                accounts[tenant].index,
                                memory,
                                0,
                                bytes.length,
                                memory.hash(0, bytes.length));
                Set<Object> expected = new HashSet<>();
                String[] tokens = published.split("\\.");
                for (Wanted wanted : mine) {
                    if (naivelyMatches(wanted.tokens, tokens)) {
                        expected.add(
                                wanted.interest instanceof RemoteInterest remote
                                                && !remote.isQueue()
                                        ? remote.peer
                                        : wanted.interest);
                    }
                }
                if (!all(found).equals(expected)) {
                    assertThat(all(found))
                            .as("seed %d, case %d: %s", seed, i, published)
                            .isEqualTo(expected);
                }
            }
            for (int tenant = 0; tenant < 2; tenant++) {
                for (Wanted left : present.get(tenant)) {
                    matcher.remove(accounts[tenant].index, left.interest);
                }
                assertThat(accounts[tenant].index.size()).isZero();
                assertThat(accounts[tenant].index.isEmpty()).isTrue();
            }
        }
        matcher.close();
    }

    /** Subscriptions, routes with plain interest, and what other servers told of queue groups. */
    private static Set<Object> all(MatchResult result) {
        Set<Object> all = new HashSet<>();
        for (int p = 0; p < result.partCount(); p++) {
            Receivers part = result.part(p);
            for (int i = 0; i < part.plainCount(); i++) {
                all.add(part.plain(i));
            }
            for (int i = 0; i < part.remoteCount(); i++) {
                all.add(RemoteInterest.of(part.remote(i)).peer);
            }
            for (int i = 0; i < part.groupCount(); i++) {
                checkMembers(part.group(i), all);
            }
        }
        return all;
    }

    /** Each server is picked as often as it has members. */
    private static void checkMembers(QueueGroup group, Set<Object> all) {
        for (int i = 0; i < group.memberCount(); i++) {
            all.add(group.member(i));
        }
        Map<Interest, Integer> picks = new HashMap<>();
        for (int i = 0; i < group.remoteWeight(); i++) {
            picks.merge(group.remoteOf(i), 1, Integer::sum);
        }
        for (int i = 0; i < group.remoteCount(); i++) {
            Interest remote = group.remote(i);
            all.add(remote);
            if (picks.get(remote) != remote.weight) {
                throw new AssertionError(picks.get(remote) + " instead of " + remote.weight);
            }
        }
    }

    private static String subject(Random random, boolean wildcards) {
        int tokens = 1 + random.nextInt(4);
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            String token = TOKENS[random.nextInt(TOKENS.length)];
            if (wildcards && random.nextInt(5) == 0) {
                token = i == tokens - 1 && random.nextBoolean() ? ">" : "*";
            }
            subject.append(i == 0 ? "" : ".").append(token);
        }
        return subject.toString();
    }

    private static boolean naivelyMatches(String[] wanted, String[] given) {
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals(">")) {
                return given.length > i;
            }
            if (i >= given.length || !wanted[i].equals("*") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return wanted.length == given.length;
    }
}
