package io.millrace.broker.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Optional;

/** A server inside an application is a member of a cluster of nats-servers. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class EmbeddedMemberIT {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeAMemberAlsoAfterTheNatsServerWasKilled(Mode mode) throws Exception {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(
                natsServer.isPresent(),
                "there is no nats-server on the PATH to form a cluster with");
        try (Member seed = new Member(natsServer.orElseThrow(), folder, "seed", null)) {
            seed.start();
            try (NatsServer embedded = Cluster.start(mode, Cluster.knowing(seed))) {
                exchange(seed, embedded);
                seed.kill();
                Modes.await("no routes", () -> embedded.routeCount() == 0);
                seed.start();
                exchange(seed, embedded);
            }
            seed.awaitRoutes(0);
        }
    }

    private static void exchange(Member seed, NatsServer embedded) throws Exception {
        seed.awaitRoutes(Cluster.ROUTES);
        try (Pair pair = new Pair(embedded.port(), seed.port())) {
            pair.exchange(1_000);
        }
    }
}
