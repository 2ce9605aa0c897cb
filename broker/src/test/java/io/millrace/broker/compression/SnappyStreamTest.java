package io.millrace.broker.compression;

import static io.millrace.broker.compression.Streams.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class SnappyStreamTest {
    @Test
    void shouldWriteNothingForNothing() {
        assertThat(SnappyStream.encode(new byte[0])).isEmpty();
    }

    @Test
    void shouldWriteWhatReadersOfSnappyRead() throws Exception {
        byte[] content = new byte[200_000];
        new Random(1).nextBytes(content);
        // Some of it can be compressed.
        System.arraycopy(new byte[100_000], 0, content, 50_000, 100_000);
        byte[] stream = SnappyStream.encode(content);
        assertThat(stream).startsWith(0xff, 0x06, 0x00, 0x00, 's', 'N', 'a', 'P', 'p', 'Y');
        assertThat(stream.length).isLessThan(content.length - 50_000);
        assertThat(decode(stream)).isEqualTo(content);
    }
}
