package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Streams that move from a nats-server to this one and back. */
@Tag("thorough")
class MixedBackupIT {
    @TempDir private Path folder;

    private ServerProcess start(Path launcher, int port) throws IOException {
        ServerProcess server =
                new ServerProcess(
                        launcher,
                        Map.of(),
                        folder,
                        "-a",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-js",
                        "-sd",
                        folder.resolve("" + port).toString());
        MixedLeafIT.awaitUp(port);
        return server;
    }

    @Test
    void shouldMoveStreamsBothWays() throws Exception {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(natsServer.isPresent(), "there is no nats-server on the PATH");
        int theirs = FreePort.any();
        int ours = FreePort.any();
        try (ServerProcess _ = start(natsServer.orElseThrow(), theirs);
                ServerProcess _ = start(ServerProcess.LAUNCHER, ours);
                BackupTalk there = new BackupTalk(theirs);
                BackupTalk here = new BackupTalk(ours)) {
            move("THERE", there, here);
            move("HERE", here, there);
        }
    }

    private static void move(String stream, BackupTalk from, BackupTalk to) throws IOException {
        int count = from.fill(stream);
        BackupTalk.Made made = from.backup(stream);
        assertThat(to.restore(stream, made)).contains("\"config\":{\"name\":\"" + stream + "\"");
        assertThat(to.messages(stream, count)).isEqualTo(from.messages(stream, count));
        assertThat(to.state(stream)).isEqualTo(from.state(stream));
    }
}
