package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

/** Backups of streams, and what is restored from them. */
@Timeout(60)
class JetStreamBackupIT {
    private static final String CREATED =
            "\"type\":\"io.nats.jetstream.api.v1.stream_create_response\"";

    @TempDir private Path store;

    private NatsServer server(Mode mode) throws IOException {
        return Modes.start(mode, options -> options.jetStream(true).storeDir(store.toString()));
    }

    private static String error(int errCode, String description) {
        return "\"err_code\":" + errCode + ",\"description\":\"" + description + "\"}";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRestoreAllThatABackupHas(Mode mode) throws Exception {
        try (NatsServer server = server(mode);
                BackupTalk talk = new BackupTalk(server.port());
                RawClient watcher = RawClient.connected(server)) {
            int count = talk.fill("S");
            watcher.send("SUB $JS.EVENT.ADVISORY.STREAM.> 1\r\n");
            watcher.fence();
            BackupTalk.Made made = talk.backup("S");
            String state = talk.state("S");
            var before = talk.messages("S", count);
            assertThat(talk.ask("RESTORE.S", "{\"config\":" + made.config() + "}"))
                    .contains(error(10130, "stream name already in use, cannot restore"));
            talk.ask("DELETE.S", "");
            assertThat(talk.restore("S", made)).startsWith("{" + CREATED + ",\"config\":{");
            assertThat(talk.state("S")).isEqualTo(state);
            assertThat(talk.messages("S", count)).isEqualTo(before);
            // It goes on where the other one stood.
            assertThat(talk.ask("s.1", new byte[1])).contains("\"seq\":" + (count + 1));
            for (String each :
                    new String[] {
                        "SNAPSHOT_CREATE",
                        "SNAPSHOT_COMPLETE",
                        "DELETED",
                        "RESTORE_CREATE",
                        "CREATED",
                        "RESTORE_COMPLETE"
                    }) {
                assertThat(RawMessage.read(watcher).subject())
                        .isEqualTo("$JS.EVENT.ADVISORY.STREAM." + each + ".S");
            }
        }
    }

    @Test
    void shouldRefuseWhatCanNotBeBackedUpOrRestored() throws Exception {
        try (NatsServer server = server(Mode.INLINE);
                BackupTalk talk = new BackupTalk(server.port())) {
            talk.fill("S");
            String ofWhat = "{\"deliver_subject\":\"chunks\"}";
            assertThat(talk.ask("SNAPSHOT.T", ofWhat)).contains(error(10059, "stream not found"));
            assertThat(talk.ask("SNAPSHOT.S", "")).contains(error(10003, "bad request"));
            assertThat(talk.ask("SNAPSHOT.S", "{\"deliver_subject\":\"a.*\"}"))
                    .contains(error(10015, "deliver subject not valid"));
            assertThat(talk.ask("RESTORE.T", "")).contains(error(10003, "bad request"));
            assertThat(talk.ask("RESTORE.T", "{\"config\":{\"name\":\"U\"}}"))
                    .contains(error(10056, "stream name in subject does not match request"));
            assertThat(
                            talk.ask(
                                    "RESTORE.T",
                                    "{\"config\":{\"name\":\"T\",\"subjects\":[\"s.1\"]}}"))
                    .contains(error(10065, "subjects overlap with an existing stream"));
            BackupTalk.Made made = talk.backup("S");
            String inbox = talk.begin("T", "{\"name\":\"T\"}");
            assertThat(talk.ask(inbox, "no backup at all".getBytes()))
                    .startsWith("{" + CREATED + ",\"error\":")
                    .contains("restore failed: s2: corrupt input");
            inbox = talk.begin("T", "{\"name\":\"T\"}");
            assertThat(talk.ask(inbox, made.bytes())).isEmpty();
            // Until it is whole it isn't there, and somebody else may take its place.
            assertThat(talk.ask("INFO.T", "")).contains(error(10059, "stream not found"));
            talk.ask("CREATE.T", "{\"name\":\"T\",\"subjects\":[\"other\"]}");
            assertThat(talk.ask(inbox, new byte[0]))
                    .contains(error(10130, "stream name already in use, cannot restore"));
            assertThat(talk.ask("INFO.T", "")).contains("\"messages\":0,");
        }
    }
}
