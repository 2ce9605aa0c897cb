package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a stream looks at for each message: its headers, its id among those of late, its expiry. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PublishChecksBenchmark {
    /** Ids and expiries that are known all the time. */
    private static final int KNOWN = 100_000;

    private static final long TICK_NS = 1 << 20;

    private static final byte[] BLOCK =
            ("NATS/1.0\r\nNats-Msg-Id: aBcDeFgHiJkLmNoPqRsTuV\r\nX-Trace: 0123456789abcdef\r\n"
                            + "Nats-TTL: 1h\r\nNats-Expected-Last-Subject-Sequence: 42\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private final NativeBlock memory = NativeBlock.allocate(1024);
    private final Region region = memory.region();
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final PublishHeaders headers = new PublishHeaders();
    private final DedupWindow window = new DedupWindow(debtor, KNOWN);
    private final ExpiryWheel wheel = new ExpiryWheel(debtor, 0);
    private int idOffset;
    private int idLength;
    private long added;
    private long expiring;

    @Setup
    public void setUp() {
        region.put(0, BLOCK);
        headers.read(region, 0, BLOCK.length);
        idOffset = headers.offset(Header.MSG_ID);
        idLength = headers.length(Header.MSG_ID);
        for (int i = 0; i < KNOWN; i++) {
            id();
            expiry();
        }
    }

    @Benchmark
    public long headers() {
        headers.read(region, 0, BLOCK.length);
        long sum = headers.ttl() + headers.number(Header.EXPECTED_LAST_SUBJECT_SEQUENCE);
        if (sum != 3642) {
            throw new IllegalStateException("sum: " + sum);
        }
        return sum;
    }

    /** A new id comes, an old one goes. */
    @Benchmark
    public long id() {
        added++;
        region.putLong(idOffset + idLength - Long.BYTES, added);
        long known = window.find(region, idOffset, idLength, added);
        if (known != DedupWindow.UNSEEN) {
            throw new IllegalStateException("known: " + known);
        }
        window.add(region, idOffset, idLength, added, added);
        window.expire(added, 2);
        return window.size();
    }

    /** A message that expires comes, another one expires. */
    @Benchmark
    public long expiry() {
        expiring++;
        wheel.add(expiring, (expiring + KNOWN) * TICK_NS);
        wheel.poll(expiring * TICK_NS, 16, PublishChecksBenchmark::check);
        return wheel.size();
    }

    private static void check(long sequence, long expiryNs) {
        if (expiryNs != (sequence + KNOWN) * TICK_NS) {
            throw new IllegalStateException(sequence + " was due at " + expiryNs);
        }
    }

    @TearDown
    public void tearDown() {
        window.close();
        wheel.close();
        memory.close();
    }
}
