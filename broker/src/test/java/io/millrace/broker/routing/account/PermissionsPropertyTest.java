package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SidText;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Compiled permissions against the simplest ones there are, with and without a memory. */
@Tag("property")
class PermissionsPropertyTest {
    private static final String[] TOKENS = {"a", "b"};
    private static final List<String> EVERY_SUBJECT = everySubject();

    /** How much is tried: the thorough build does several times that of each build. */
    private static final int EFFORT = Integer.getInteger("millrace.effort", 1);

    private static final int RULES = 15_000 * EFFORT;
    private static final int CASES = 75_000 * EFFORT;

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final NativeBlock block = NativeBlock.allocate(4096);
    private final Region memory = block.region();

    @AfterEach
    void free() {
        block.close();
    }

    /** All of up to four tokens, which is one more than rules have. */
    private static List<String> everySubject() {
        List<String> all = new ArrayList<>();
        List<String> level = List.of("");
        for (int tokens = 1; tokens <= 4; tokens++) {
            List<String> longer = new ArrayList<>();
            for (String start : level) {
                for (String token : TOKENS) {
                    longer.add(start.isEmpty() ? token : start + "." + token);
                }
            }
            all.addAll(longer);
            level = longer;
        }
        return all;
    }

    private String pattern() {
        StringBuilder pattern = new StringBuilder();
        int tokens = 1 + random.nextInt(3);
        for (int i = 0; i < tokens; i++) {
            pattern.append(i == 0 ? "" : ".");
            switch (random.nextInt(5)) {
                case 0 -> pattern.append('*');
                case 1 -> pattern.append(i == tokens - 1 ? '>' : '*');
                default -> pattern.append(TOKENS[random.nextInt(TOKENS.length)]);
            }
        }
        return pattern.toString();
    }

    private List<String> rules(boolean queues) {
        List<String> rules = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            rules.add(pattern() + (queues && random.nextInt(3) == 0 ? " " + pattern() : ""));
        }
        return rules;
    }

    private SubjectRules subjectRules(boolean queues) {
        return new SubjectRules(random.nextInt(3) == 0 ? null : rules(queues), rules(queues));
    }

    private PermissionOptions options() {
        return new PermissionOptions(
                subjectRules(false),
                subjectRules(true),
                random.nextInt(4) == 0 ? ResponseRule.DEFAULT : null);
    }

    /** Mostly as it should be, but a client may send any tokens. */
    private String published() {
        StringBuilder subject = new StringBuilder(pattern());
        for (int at = 0; at < subject.length(); at++) {
            if (subject.charAt(at) != '.' && random.nextInt(10) > 0) {
                subject.setCharAt(at, TOKENS[random.nextInt(TOKENS.length)].charAt(0));
            }
        }
        return random.nextInt(20) == 0 ? subject + "." : subject.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private int put(String subject) {
        byte[] bytes = bytes(subject);
        memory.put(0, bytes);
        return bytes.length;
    }

    // --- without the cache

    @Test
    void shouldAllowToPublishWhatTheNaiveOnesDo() {
        for (int i = 0; i < RULES; i++) {
            NaivePermissions naive = new NaivePermissions(options());
            Permissions compiled = new Permissions(naive.options(), VerdictRoom.ofConfiguration());
            for (int j = 0; j < 10; j++) {
                String subject = published();
                if (compiled.mayPublish(memory, 0, put(subject), 0) != naive.mayPublish(subject)) {
                    throw new AssertionError(naive.options() + " to " + subject + ", seed " + seed);
                }
            }
        }
    }

    @Test
    void shouldAllowToSubscribeToWhatTheNaiveOnesDoAndFilterTheRest() {
        int filters = 0;
        for (int i = 0; i < RULES; i++) {
            NaivePermissions naive = new NaivePermissions(options());
            Permissions compiled = new Permissions(naive.options(), VerdictRoom.ofConfiguration());
            for (int j = 0; j < 4; j++) {
                String subject = pattern();
                String queue = random.nextBoolean() ? "" : pattern();
                boolean may = compiled.maySubscribe(bytes(subject), bytes(queue));
                if (may != naive.maySubscribe(subject, queue)) {
                    throw new AssertionError(subscription(naive, subject, queue));
                }
                if (may) {
                    Permissions.DeliveryFilter filter =
                            compiled.filter(bytes(subject), bytes(queue));
                    filters += filter == null ? 0 : 1;
                    checkDelivery(naive, subject, queue, filter);
                }
            }
        }
        assertThat(filters).isGreaterThan(1000);
    }

    private void checkDelivery(
            NaivePermissions naive,
            String subscribed,
            String queue,
            Permissions.DeliveryFilter filter) {
        for (String subject : EVERY_SUBJECT) {
            if (NaivePermissions.matches(subscribed, subject)
                    && (filter == null || filter.passes(memory, 0, put(subject), 0))
                            == naive.isDenied(subject, queue)) {
                throw new AssertionError(
                        subscription(naive, subscribed, queue) + ", delivery of " + subject);
            }
        }
    }

    private String subscription(NaivePermissions naive, String subject, String queue) {
        return "%s of %s in '%s', seed %d".formatted(naive.options(), subject, queue, seed);
    }

    // --- with it

    /**
     * Subscriptions come and go, subjects drive each other out of the cache, and the cache itself
     * is replaced; what is remembered about one subject must never be said of another.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 64, 4096})
    void shouldNeverMistakeASubjectForAnother(int cachedSubjects) {
        Matcher matcher = new Matcher(Ledger.unbounded());
        useCache(matcher, cachedSubjects);
        Account[] accounts = {
            new Account(new Generations(0, 0), "one"), new Account(new Generations(1, 0), "two")
        };
        List<List<Subscription>> present = List.of(new ArrayList<>(), new ArrayList<>());
        List<NaivePermissions> naive = new ArrayList<>();
        List<Permissions> compiled = new ArrayList<>();
        List<Permissions.DeliveryFilter> filters = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        while (naive.size() < 8) {
            NaivePermissions permissions = new NaivePermissions(options());
            Permissions made =
                    new Permissions(permissions.options(), VerdictRoom.ofConfiguration());
            String queue = naive.size() % 2 == 0 ? "" : pattern();
            Permissions.DeliveryFilter filter = made.filter(bytes(">"), bytes(queue));
            if (filter != null) {
                naive.add(permissions);
                compiled.add(made);
                filters.add(filter);
                groups.add(queue);
            }
        }
        Map<Long, String> owners = new HashMap<>();
        for (int i = 0; i < CASES; i++) {
            int tenant = random.nextInt(2);
            if (random.nextInt(8) == 0) {
                change(matcher, accounts[tenant], present.get(tenant));
            } else if (cachedSubjects > 0 && random.nextInt(5_000) == 0) {
                matcher.close();
                useCache(matcher, cachedSubjects);
            }
            String subject =
                    published() + (random.nextInt(3) == 0 ? "." + random.nextInt(500) : "");
            int length = put(subject);
            matcher.match(accounts[tenant].index, memory, 0, length, memory.hash(0, length));
            while (cachedSubjects > 0 && matcher.token() == 0) {
                // What is asked for again gets into the cache.
                matcher.match(accounts[tenant].index, memory, 0, length, memory.hash(0, length));
            }
            long token = matcher.token();
            if (token == 0) {
                assertThat(cachedSubjects).as("is in no cache, seed %d", seed).isZero();
            } else {
                String owner = owners.putIfAbsent(token, tenant + " " + subject);
                if (owner != null && !owner.equals(tenant + " " + subject)) {
                    throw new AssertionError(owner + " is taken for " + subject + ", " + seed);
                }
            }
            int user = random.nextInt(naive.size());
            boolean publish = compiled.get(user).mayPublish(memory, 0, length, token);
            boolean deliver = filters.get(user).passes(memory, 0, length, token);
            if (publish != naive.get(user).mayPublish(subject)
                    || deliver == naive.get(user).isDenied(subject, groups.get(user))) {
                throw new AssertionError(
                        "%s, %s, case %d; replay with -Dmillrace.seed=%d"
                                .formatted(naive.get(user), subject, i, seed));
            }
        }
        if (cachedSubjects == 4096) {
            assertThat(owners).as("are asked for again").hasSizeLessThan(CASES / 6 * 5);
        }
        matcher.close();
    }

    private static void useCache(Matcher matcher, int cachedSubjects) {
        if (cachedSubjects > 0) {
            matcher.use(new SubjectCache(cachedSubjects));
        }
    }

    private void change(Matcher matcher, Account account, List<Subscription> present) {
        if (present.size() > random.nextInt(30)) {
            matcher.remove(account.index, present.remove(random.nextInt(present.size())));
            return;
        }
        String subject = pattern();
        Client client =
                new Client(
                        1,
                        "127.0.0.1",
                        1,
                        account,
                        "",
                        new RouterFixture.CountingPeer(),
                        new OutboundQueue(new ChunkPool()));
        Subscription added =
                new Subscription(
                        client.peer,
                        client.account(),
                        bytes(subject),
                        new byte[0],
                        new SidText(new byte[] {'1'}));
        matcher.add(account.index, memory, 0, put(subject), added);
        present.add(added);
    }
}
