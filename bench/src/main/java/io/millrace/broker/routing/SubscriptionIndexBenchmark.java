package io.millrace.broker.routing;

import io.millrace.bench.Sink;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SidText;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.cache.Generations;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Who gets a message, among many subscriptions: literal, {@code *}, {@code >} and queue groups
 * mixed, published to subjects that hit and such that miss, in random order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubscriptionIndexBenchmark {
    private static final int SUBJECTS = 1 << 14;
    private static final int STRIDE = 64;

    @Param({"1000", "100000"})
    int subscriptions;

    /** Slots of the subject cache; 0 for none, so that every message walks the trie. */
    @Param({"0", "262144"})
    int cached;

    private final Matcher matcher = new Matcher(Ledger.unbounded());
    private final Account account = new Account(new Generations(0, 0), "bench");
    private NativeBlock memory;
    private Region bytes;
    private final int[] lengths = new int[SUBJECTS];
    private final int[] expected = new int[SUBJECTS];
    private int next;

    @Setup
    public void setUp() {
        memory = NativeBlock.allocate(SUBJECTS * STRIDE);
        bytes = memory.region();
        if (cached > 0) {
            matcher.use(new SubjectCache(cached));
        }
        OutboundQueue queue = new OutboundQueue(new ChunkPool());
        Client client = new Client(1, "127.0.0.1", 1, account, "", new Sink(queue), queue);
        for (int i = 0; i < subscriptions; i++) {
            byte[] subject = pattern(i).getBytes(StandardCharsets.US_ASCII);
            byte[] group = i % 7 == 0 ? new byte[] {'q'} : new byte[0];
            bytes.put(0, subject);
            matcher.add(
                    account.index,
                    bytes,
                    0,
                    subject.length,
                    new Subscription(
                            client.peer, account, subject, group, new SidText(new byte[] {'1'})));
        }
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < SUBJECTS; i++) {
            String subject = "shop." + random.nextInt(2 * subscriptions) + ".orders";
            byte[] ascii = subject.getBytes(StandardCharsets.US_ASCII);
            lengths[i] = ascii.length;
            bytes.put(i * STRIDE, ascii);
            expected[i] = count(account.index.match(bytes, i * STRIDE, ascii.length));
        }
    }

    /** Every tenth with a star in the place of its last token, every hundredth with all of them. */
    private static String pattern(int i) {
        String shop = "shop." + i;
        return i % 100 == 1 ? shop + ".>" : i % 10 == 3 ? shop + ".*" : shop + ".orders";
    }

    private static int count(MatchResult result) {
        return result.receivers();
    }

    @Benchmark
    public MatchResult match() {
        int subject = next++ & SUBJECTS - 1;
        int offset = subject * STRIDE;
        int length = lengths[subject];
        long hash = bytes.hash(offset, length);
        MatchResult result = matcher.match(account.index, bytes, offset, length, hash);
        if (count(result) != expected[subject]) {
            throw new IllegalStateException("another result");
        }
        return result;
    }

    @TearDown
    public void tearDown() {
        matcher.close();
        memory.close();
    }
}
