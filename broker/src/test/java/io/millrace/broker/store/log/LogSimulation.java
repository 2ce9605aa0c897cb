package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.PowerCut;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.broker.store.disk.SimulatedDisk.Hit;
import io.millrace.broker.store.disk.SimulatedErrands;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreKey;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A few lives of a log on a disk on which anything happens, as a seed says: appended to, killed,
 * cut off, failing, damaged, and opened again. All that it promises is held against an oracle.
 */
final class LogSimulation implements AutoCloseable {
    private static final String DIRECTORY = "shard/log";
    private static final int SEGMENT_BYTES = 16 << 10;

    /** How a life ends. */
    private enum Doom {
        CLOSED,
        ROTTEN,
        KILLED,
        CUT,
        FAILED,
        MISDIRECTED
    }

    private final SplittableRandom random;
    private final Variation variation;
    private final SimulatedDisk disk;
    private final LogOracle oracle = new LogOracle();
    private final Debtor debtor = new Debtor(Ledger.unbounded());
    private final RecordView view = new RecordView();
    private final LogOptions options;

    private final StringBuilder story = new StringBuilder();
    private SimulatedErrands errands = new SimulatedErrands();
    private long clockNs;
    private long released;
    private long trace;
    private boolean isScarred;
    private @Nullable WriteAheadLog log;

    LogSimulation(long seed, Variation variation) {
        random = new SplittableRandom(seed);
        this.variation = variation;
        disk = new SimulatedDisk(random.nextLong());
        LogOptions standard =
                LogOptions.standard(() -> clockNs, random.split())
                        .withSizes(
                                SEGMENT_BYTES << random.nextInt(2),
                                80 + 8 * random.nextInt(200),
                                SEGMENT_BYTES << random.nextInt(3));
        LogOptions chosen = random.nextInt(4) == 0 ? standard.syncedEvery(50) : standard;
        options =
                seed % 3 == 0
                        ? chosen.encrypted(
                                StoreKey.random(
                                        StoreCipher.values()[(int) (seed / 3 % 2)], random.split()))
                        : chosen;
    }

    /** Lives all of them. Returns a number that depends on all that happened. */
    long run() throws IOException {
        int lives = 2 + random.nextInt(4);
        for (int i = 0; i < lives; i++) {
            Doom doom = Doom.values()[random.nextInt(Doom.values().length)];
            live(doom, i + 1 < lives ? random.nextInt(150) : 0);
        }
        assertThat(debtor.bytes(Debt.Store.NATIVE)).isZero();
        return trace * 31 + disk.trace();
    }

    private void live(Doom doom, int operations) throws IOException {
        long written = 0;
        boolean failed = false;
        tell(doom + " after " + operations);
        try {
            prepare(doom, operations);
            WriteAheadLog opened = open(List.of(), null);
            log = opened;
            for (int i = 0; i < operations; i++) {
                step(opened);
                look(opened);
            }
            written = opened.written();
            tell(
                    "written "
                            + written
                            + ", durable "
                            + opened.durable()
                            + ", fault "
                            + opened.fault());
            failed = opened.fault().isPresent();
            if (doom == Doom.CLOSED || doom == Doom.ROTTEN) {
                opened.close();
                log = null;
            }
        } catch (PowerCut cut) {
            tell("cut");
            abandon();
            restart();
            return;
        } catch (IOException e) {
            tell(String.valueOf(e.getMessage()));
            failed = true;
        }
        disk.calm();
        abandon();
        switch (doom) {
            case CLOSED, KILLED, FAILED -> {
                if (doom == Doom.FAILED && random.nextBoolean()) {
                    restart();
                } else if (!failed) {
                    oracle.onKilled(written);
                }
            }
            case ROTTEN -> rot();
            case CUT -> restart();
            case MISDIRECTED -> {
                DiskImage before = new DiskImage(disk, DIRECTORY);
                restart();
                reopen(disk.takeHits(), before);
            }
        }
    }

    private void prepare(Doom doom, int operations) {
        disk.calm();
        int any = 1 + random.nextInt(3 * operations + 20);
        switch (doom) {
            case CUT -> disk.cutAt(any);
            case FAILED -> disk.failAt(any);
            case MISDIRECTED -> disk.misdirectAt(any);
            default -> {}
        }
        disk.holdAtMost(
                random.nextInt(4) == 0
                        ? (long) options.segmentBytes() * (1 + random.nextInt(4))
                        : Long.MAX_VALUE);
    }

    private void restart() {
        disk.restart();
        oracle.onCut();
    }

    private void rot() throws IOException {
        disk.syncAll();
        DiskImage before = new DiskImage(disk, DIRECTORY);
        disk.rot(1 + random.nextInt(3));
        reopen(disk.takeHits(), before);
    }

    /** Opens it once, to see what the damage has done, and lets it go. */
    private void reopen(List<Hit> hits, DiskImage before) throws IOException {
        disk.holdAtMost(Long.MAX_VALUE);
        WriteAheadLog opened = open(hits, before);
        log = opened;
        disk.calm();
        abandon();
        disk.syncAll();
    }

    private WriteAheadLog open(List<Hit> hits, @Nullable DiskImage before) throws IOException {
        errands = new SimulatedErrands();
        oracle.begin();
        // Behind damage all that there is is looked at, so that it is known from then on.
        long checkpoint =
                before != null || random.nextBoolean() ? 0 : oracle.anyPosition(random, released);
        long from = checkpoint < oracle.promised() ? Math.max(checkpoint, released) : released;
        DiskImage after = new DiskImage(disk, DIRECTORY);
        WriteAheadLog opened =
                WriteAheadLog.open(
                        variation.disk(disk),
                        DIRECTORY,
                        options,
                        errands,
                        debtor,
                        from,
                        oracle::onRecord,
                        oracle::onDamage);
        variation.onOpen();
        if (before == null) {
            oracle.checkUnharmed(from, isScarred);
        } else {
            oracle.checkHarmed(
                    from,
                    after.evident(),
                    options.segmentBytes(),
                    hits,
                    before.files(),
                    name -> after.isGone(name, before));
        }
        isScarred |= before != null;
        trace = trace * 31 + oracle.seen() * 7L + oracle.damages().hashCode();
        tell("opened from " + from + " up to " + opened.durable() + " " + oracle.damages());
        oracle.accept(from, opened.durable());
        return opened;
    }

    private void step(WriteAheadLog opened) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 45) {
            int most = random.nextInt(20) == 0 ? opened.maxRecordBytes() - 41 : 400;
            if (!oracle.append(opened, random.nextInt(most))) {
                opened.commit();
                errands.step();
                opened.poll();
            }
        } else if (dice < 55) {
            opened.commit();
        } else if (dice < 60) {
            opened.commitHere();
        } else if (dice < 80) {
            errands.step();
        } else if (dice < 90) {
            opened.poll();
        } else if (dice < 92) {
            viewAny(opened);
        } else if (dice < 94) {
            opened.settle();
        } else if (dice < 95) {
            clockNs += random.nextInt(100);
        } else {
            release(opened);
        }
    }

    private void look(WriteAheadLog opened) {
        long durable = variation.durable(opened);
        assertThat(opened.durable()).isLessThanOrEqualTo(opened.written());
        assertThat(opened.written()).isLessThanOrEqualTo(opened.appended());
        oracle.promise(durable);
        trace = trace * 31 + durable;
    }

    private void viewAny(WriteAheadLog opened) {
        long position = oracle.anyPosition(random, Math.max(released, opened.oldest()));
        if (opened.view(position, view)) {
            oracle.check(position, view);
        } else {
            assertThat(!isScarred && oracle.has(position) && position >= opened.oldest())
                    .as("a record at %s that can't be viewed", position)
                    .isFalse();
        }
    }

    private void release(WriteAheadLog opened) {
        long position = oracle.anyPosition(random, released);
        if (position < opened.durable() && position >= released) {
            released = position;
            oracle.forget(position);
            opened.release(variation.release(position, options.segmentBytes()));
        }
    }

    private void tell(String what) {
        story.append(what).append('\n');
    }

    /** What happened, for who looks into a failure. */
    String story() {
        return story.toString();
    }

    private void abandon() throws IOException {
        WriteAheadLog left = log;
        log = null;
        if (left != null) {
            left.abandon();
        }
    }

    @Override
    public void close() throws IOException {
        abandon();
        disk.close();
    }
}
