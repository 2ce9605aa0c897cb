package io.millrace.broker.jetstream;

import static io.millrace.broker.jetstream.ShardMutant.calling;
import static io.millrace.broker.jetstream.ShardMutant.dropping;
import static io.millrace.broker.jetstream.ShardMutant.reading;
import static io.millrace.broker.jetstream.ShardMutant.readingField;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/** Bugs that are planted one at a time: the simulation must find each. */
class ShardMutantsTest {
    private static final int SEEDS = Integer.getInteger("millrace.mutants.seeds", 10_000);

    static List<ShardMutant> mutants() {
        return List.of(
                new ShardMutant(
                        "blocks aren't synced in front of a checkpoint",
                        "store.block.BlockDirectory",
                        "sync",
                        dropping("sync", 0)),
                new ShardMutant(
                        "the names of blocks aren't synced",
                        "store.block.BlockDirectory",
                        "syncNames",
                        dropping("syncDirectory", 0)),
                new ShardMutant(
                        "a checkpoint is begun before the blocks are durable",
                        "jetstream.Flushing",
                        "poll",
                        reading(0, "syncing")),
                new ShardMutant(
                        "a checkpoint doesn't wait for the log",
                        "store.block.CheckpointWriter",
                        "step",
                        dropping("highestPosition", 0)),
                new ShardMutant(
                        "a stream's files go before its end is durable",
                        "jetstream.ShardStore",
                        "deleteDoomed",
                        reading(0, "position")),
                new ShardMutant(
                        "the log is released before the checkpoint is there",
                        "jetstream.Flushing",
                        "checkpoint",
                        dropping("isOver", 1)),
                new ShardMutant(
                        "what a checkpoint covers is applied again",
                        "jetstream.Replay",
                        "onRecord",
                        reading(0, "coveredTo")),
                new ShardMutant(
                        "a checkpoint isn't synced",
                        "store.block.CheckpointFile",
                        "publish",
                        dropping("sync", 0)),
                new ShardMutant(
                        "the ids of a checkpoint aren't known again",
                        "jetstream.publish.DedupWindow",
                        "read",
                        dropping("link", 1)),
                new ShardMutant(
                        "times to live aren't known again",
                        "jetstream.publish.ExpiryWheel",
                        "read",
                        dropping("add", 1)),
                new ShardMutant(
                        "an update isn't replayed",
                        "jetstream.Replay",
                        "configured",
                        dropping("configure", 0)),
                new ShardMutant(
                        "a purge isn't replayed",
                        "jetstream.Replay",
                        "happened",
                        dropping("replayRemoveUpTo", 0)),
                new ShardMutant(
                        "a stream's end isn't replayed",
                        "jetstream.Replay",
                        "happened",
                        dropping("deleted", 0)),
                new ShardMutant(
                        "the limit of messages isn't enforced",
                        "jetstream.stream.Limits",
                        "enforce",
                        dropping("total", 0)),
                new ShardMutant(
                        "a message that has moved is looked for where it was",
                        "jetstream.Flushing",
                        "move",
                        dropping("relocate", 0)),
                new ShardMutant(
                        "an answer goes out in front of its record",
                        "jetstream.Shard",
                        "",
                        calling("appended", "durable")),
                new ShardMutant(
                        "a batch of the log isn't synced",
                        "store.log.BatchWrite",
                        "run",
                        dropping("sync", 0)),
                new ShardMutant(
                        "what expires isn't told to the log",
                        "jetstream.stream.Expiry",
                        "aged",
                        dropping("removeUpTo", 1)),
                new ShardMutant(
                        "a checkpoint has the wrong last sequence",
                        "jetstream.stream.Messages",
                        "write",
                        readingField("firstSequence", "lastSequence")));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void shouldFindThatBug(ShardMutant mutant) throws ReflectiveOperationException {
        Class<?> simulation = new MutantLoader(mutant).loadClass(ShardSimulation.class.getName());
        Method run = simulation.getDeclaredMethod("run", long.class);
        run.setAccessible(true);
        assertThat(seedThatFinds(run)).as(mutant.name()).isPositive();
    }

    /** The first seed that finds it; 0 for none. */
    static long seedThatFinds(Method run) throws ReflectiveOperationException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                run.invoke(null, seed);
            } catch (InvocationTargetException e) {
                return seed;
            }
        }
        return 0;
    }
}
