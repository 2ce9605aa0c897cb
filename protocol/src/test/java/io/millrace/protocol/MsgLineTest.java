package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class MsgLineTest {
    private static final int ROOM = 64;

    private final FrameBlock frames = new FrameBlock(1);
    private final NativeBlock sent = NativeBlock.allocate(ROOM);
    private final NativeBlock written = NativeBlock.allocate(ROOM);

    @AfterEach
    void free() {
        frames.free();
        sent.close();
        written.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUB a 2\\r\\nhi\\r\\n             | ' 1 '      | MSG a 1 2\\r\\nhi\\r\\n",
                "PUB a.long.subject r 0\\r\\n\\r\\n | ' 123456 ' | MSG a.long.subject 123456 r 0\\r\\n\\r\\n",
                "HPUB a 12 14\\r\\nNATS/1.0\\r\\n\\r\\nhi\\r\\n | ' 42 ' "
                        + "| HMSG a 42 12 14\\r\\nNATS/1.0\\r\\n\\r\\nhi\\r\\n",
            })
    void shouldWriteWhatTheSubscriberGets(String published, String sid, String message) {
        Frame frame = parsed(published);
        byte[] expected = bytes(message);

        write(frame, sid, 3);

        assertThat(written.region().bytes(3, expected.length)).isEqualTo(expected);
        assertThat(
                        MsgLine.prefixBytes(
                                frame.subjectLength(), frame.headerLength() > 0, sid.length()))
                .isEqualTo(expected.length - frame.tailLength());
    }

    @Test
    void shouldWriteNothingWhereThereIsNoRoomForAllOfIt() {
        Frame frame = parsed("PUB a 2\\r\\nhi\\r\\n");
        byte[] blank = new byte[ROOM];
        written.region().put(0, blank);
        int most = ROOM - MsgLine.SLACK - bytes("MSG a 1 2\\r\\nhi\\r\\n").length;

        for (int at : new int[] {most + 1, ROOM, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> write(frame, " 1 ", at))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(written.region().bytes(0, ROOM)).isEqualTo(blank);

        write(frame, " 1 ", most);
        assertThat(written.region().bytes(most, 4)).isEqualTo(bytes("MSG "));
    }

    private Frame parsed(String published) {
        byte[] bytes = bytes(published);
        Region region = sent.region();
        region.put(0, bytes);
        frames.reset(region);
        CommandParser parser = new CommandParser(ROOM, ROOM);
        parser.headers(true);
        parser.parse(region, 0, bytes.length, frames);
        return frames.frame(0);
    }

    private void write(Frame frame, String sid, int at) {
        byte[] word = Arrays.copyOf(bytes(sid), Long.BYTES);
        long inOrder = ByteBuffer.wrap(word).order(ByteOrder.nativeOrder()).getLong();
        MsgLine.write(
                frame.bytes(),
                frame.subjectOffset(),
                frame.subjectLength(),
                frame,
                frame.headerLength() > 0,
                inOrder,
                sid.length(),
                written.region(),
                at);
    }

    private static byte[] bytes(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
