package io.millrace.broker.jetstream.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Backups that nobody made by backing up. */
class HostileBackupTest {
    private static final int MIB = 1024 * 1024;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void refuses(String why) {
        byte[] backup = Samples.packed(out.toByteArray());
        out.reset();
        assertThatThrownBy(() -> Samples.read(backup, 64 * 1024))
                .isInstanceOf(BadBackupException.class)
                .hasMessageContaining(why);
    }

    // --- tar

    private void file(String name, char type, String size, byte[] content) {
        byte[] head = new byte[512];
        put(head, 0, name);
        put(head, 124, size);
        head[156] = (byte) type;
        Arrays.fill(head, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xFF;
        }
        put(head, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(head);
        out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    private void file(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        file(name, '0', "%011o".formatted(bytes.length), bytes);
    }

    @Test
    void shouldKnowOnlyTheFilesThatAStreamHas() {
        String[] names = {
            "../meta.inf", "/meta.inf", "msgs/../../x", "meta.inf/", "msgs/1.blk/x", "msgs/01.blk",
            "obs/../o.dat", "obs/a/b/meta.inf", "obs/./meta.inf", "msgs/1.key", "msgs/1.idx", "x"
        };
        for (String name : names) {
            file(name, "x");
            refuses("unexpected content");
        }
        for (char type : "123456gLK".toCharArray()) {
            file("meta.inf", type, "%011o".formatted(0), new byte[0]);
            refuses("unexpected content");
        }
        file("meta.inf", "{\"name\":\"W\"}");
        file("meta.sum", "");
        refuses("stream names do not match");
        file("meta.inf", "{\"name\":\"V\"}");
        file("meta.sum", "0000000000000000");
        refuses("the checksum of meta.inf is wrong");
        file("meta.inf", "{}");
        file("msgs/1.blk", "");
        refuses("out of order");
        file("errors.txt", "no disk");
        refuses("the backup itself has failed: no disk");
    }

    @Test
    void shouldNotBelieveSizes() {
        file("meta.inf", '0', "77777777777", new byte[0]);
        refuses("larger than allowed");
        file("x", 'x', "77777777777", new byte[0]);
        refuses("invalid tar header");
        for (String pax : new String[] {"5 a=b\n", "99 path=x\n", "x", "0 path=x\n", "-1 a=b\n"}) {
            file("x", 'x', "%011o".formatted(pax.length()), pax.getBytes(StandardCharsets.UTF_8));
            file("meta.inf", "{}");
            refuses("");
        }
    }

    // --- the newer format

    private HostileBackupTest archive() {
        out.writeBytes(ArchiveFormat.MAGIC);
        return this;
    }

    private HostileBackupTest entry(
            String name, long timeNs, long sequence, long headers, long payload, String content) {
        byte[] head = new byte[ArchiveFormat.HEAD_FIELDS * Varint.MAX_BYTES];
        byte[] named = name.getBytes(StandardCharsets.UTF_8);
        int at = Varint.write(head, 0, named.length);
        at = Varint.writeSigned(head, at, timeNs);
        at = Varint.write(head, at, sequence);
        at = Varint.write(head, at, headers);
        at = Varint.write(head, at, payload);
        out.write(head, 0, at);
        out.writeBytes(named);
        out.writeBytes(content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private HostileBackupTest state(long messages, long first, long last, int consumers) {
        String json =
                "{\"messages\":%d,\"bytes\":0,\"first_seq\":%d,\"last_seq\":%d,\"consumer_count\":%d}"
                        .formatted(messages, first, last, consumers);
        return entry("state.json", 1, 0, 0, json.length(), json);
    }

    @Test
    void shouldRefuseStatesThatCantBe() {
        archive().state(1, 0, 0, 0).refuses("inconsistent message count");
        archive().state(0, 0, 7, 0).refuses("inconsistent message count");
        archive().state(0, 9, 7, 0).refuses("inconsistent message count");
        archive().state(1, 8, 7, 0).refuses("inconsistent message count");
        archive().state(3, 6, 7, 0).refuses("exceeds sequence range");
        archive().state(0, 1, 0, -1).refuses("negative consumer count");
        archive().entry("state.json", 0, 0, 0, 3, "nil").refuses("error in state.json");
        archive().entry("other.json", 0, 0, 0, 2, "{}").refuses("expected state.json first");
        archive().entry("state.json", 0, 0, 0, 1L << 40, "").refuses("larger than allowed");
    }

    @Test
    void shouldRefuseEntriesThatCantBe() {
        archive().state(0, 1, 0, 1).entry("s", 1, 1, 0, 0, "").refuses("expected consumer");
        archive()
                .state(0, 1, 0, 1)
                .entry("consumers/x", 1, 0, 0, 2, "{}")
                .refuses("missing config");
        archive()
                .state(0, 1, 0, 1)
                .entry("consumers/x", 1, 0, 0, 13, "{\"config\":{}}")
                .refuses("missing state");
        archive().state(1, 1, 1, 0).entry("s", 1, 0, 0, 0, "").refuses("expected message sequence");
        archive()
                .state(2, 1, 2, 0)
                .entry("s", 1, 2, 0, 0, "")
                .entry("s", 1, 2, 0, 0, "")
                .refuses("message sequence 2 out of order");
        archive().state(1, 1, 1, 0).entry("s", 1, -1, 0, 0, "").refuses("out of order");
        archive().state(1, 1, 1, 0).entry("s", 1, 1, MIB, 1, "").refuses("maximum payload size");
        archive().state(1, 1, 1, 0).entry("s", 1, 1, -1, 0, "").refuses("invalid archive");
        archive()
                .state(1, 1, 1, 0)
                .entry("s", 1, 1, Long.MAX_VALUE, Long.MAX_VALUE, "")
                .refuses("invalid archive");
        archive().entry("s".repeat(70_000), 1, 1, 0, 0, "").refuses("invalid archive");
        archive();
        out.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2});
        refuses("invalid archive");
        out.writeBytes("NATSARC2".getBytes(StandardCharsets.UTF_8));
        refuses("truncated");
    }

    @Test
    void shouldPassOverWhatStandsBehindTheEnd() throws Exception {
        archive().state(1, 3, 9, 0).entry("s", 5, 4, 0, 1, "x").entry("", 0, 0, 0, 0, "??");
        Told told = Samples.read(Samples.packed(out.toByteArray()), MIB);
        assertThat(told.messages).containsOnlyKeys(4L);
        assertThat(told.first).isEqualTo(3);
        assertThat(told.last).isEqualTo(9);
    }

    /** A few bytes that unpack to much: it is read in steps, and little of it is held. */
    @Test
    void shouldNotHoldWhatUnpacksToMuch() {
        archive().state(0, 0, 0, 0).entry("s", 1, 1, 0, 512 * 1024, "");
        byte[] ones = new byte[8 * MIB];
        Arrays.fill(ones, (byte) 1);
        out.writeBytes(ones);
        refuses("message sequence 1 out of order");
    }
}
