package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Streams as the writer of the reference, s2 of klauspost/compress 1.20.3, has written them. */
class GoldenStreamsTest {
    /** One chunk, with WriterUncompressed. */
    private static final String UNCOMPRESSED =
            """
            /wYAAFMyc1R3TwFCAABajTVvUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQpSTVNHICRHIG9y
            ZGVycy4xLjEgNQ0KaGVsbG8NClJNU0c=
            """;

    /** With repeats; no option. */
    private static final String FAST =
            """
            /wYAAFMyc1R3TwAcAQBsTNFYlAdwUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQo6HQAIMS4x
            Zh0ACDIuNGYdAAgzLjlmHQAMNC4xNmZ1AAw1LjI1Zh4ACDYuM2o8AAgwLjRqeAAIMS42arMACDIu
            OGruABAzLjEwMHLTAAAyaj4AEDUuMTQ0FQASEDYuMTY5FQASEDAuMTk2FQASEDEuMjI1FQASDDIu
            MjUVABMQMy4yODkVABIQNC4zMjQVABIQNS4zNjEVABIQNi40MDAVABIMMC40NBUAExAxLjQ4NBUA
            EhAyLjUyORUAEhAzLjU3NhUAEhA0LjYyNRUAEgg1LjYVABQQNi43MjkVABIQMC43ODQVABI8MS44
            NDEgNQ0KaGVsbG8NCg==
            """;

    /** With repeats; WriterBetterCompression. */
    private static final String BETTER =
            """
            /wYAAFMyc1R3TwABAQBsTNFYlAdwUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQo6HQAIMS4x
            FQASCDIuNBUAEggzLjkVABIMNC4xNmYeAAw1LjI1FQASCDYuM2o8AAgwLjRqeAAIMS42arMACDIu
            OGruAAwzLjEwaioBDDQuMTJqPgAMNS4xNGp7AAw2LjE2argADDAuMTlq9QAIMS4ybjIBDDIuMjVq
            PgAMMy4yOGp8AAw0LjMyaroADDUuMzZq+AAINi40bjYBDDAuNDRqPgAMMS40OGp8AAwyLjUyaroA
            DDMuNTdq+AAINC42bjYBCDUuNm4+AAg2LjdufAAIMC43broACDEuODL4AA==
            """;

    /** With repeats; WriterBestCompression. */
    private static final String BEST =
            """
            /wYAAFMyc1R3TwABAQBsTNFYlAdwUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQo6HQAIMS4x
            FQASCDIuNBUAEggzLjkVABIMNC4xNmZ1AAw1LjI1Zh4ACDYuM2o8AAgwLjRqeAAIMS42arMACDIu
            OGruAAwzLjEwaioBDDQuMTJqPgAMNS4xNGp7AAw2LjE2argADDAuMTlq9QAIMS4ybjIBDDIuMjVq
            PgAMMy4yOGp8AAw0LjMyaroADDUuMzZq+AAINi40bjYBDDAuNDQVABMMMS40OBUAEwwyLjUyFQAT
            DDMuNTcVABMINC42FQAUCDUuNm4+AAg2LjdufAAIMC43broACDEuODL4AA==
            """;

    /** WriterSnappyCompat. */
    private static final String SNAPPY =
            """
            /wYAAHNOYVBwWQAcAQBsTNFYlAdwUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQo6HQAIMS4x
            Zh0ACDIuNGYdAAgzLjlmHQAMNC4xNmZ1AAw1LjI1Zh4ACDYuM2o8AAgwLjRqeAAIMS42arMACDIu
            OGruABAzLjEwMHLTAAAyaj4AEDUuMTQ0Zj4AEDYuMTY5Zj4AEDAuMTk2Zj4AEDEuMjI1Zj4ADDIu
            MjVqPgAQMy4yODlmPgAQNC4zMjRmPgAQNS4zNjFmPgAQNi40MDBmPgAMMC40NGo+ABAxLjQ4NGY+
            ABAyLjUyOWY+ABAzLjU3NmY+ABA0LjYyNWY+AAg1LjZuPgAQNi43MjlmPgAQMC43ODRmPgA8MS44
            NDEgNQ0KaGVsbG8NCg==
            """;

    /** As BETTER; WriterAddIndex, WriterPadding(256). */
    private static final String INDEX_AND_PADDING =
            """
            /wYAAFMyc1R3TwABAQBsTNFYlAdwUk1TRyAkRyBvcmRlcnMuMC4wIDUNCmhlbGxvDQo6HQAIMS4x
            FQASCDIuNBUAEggzLjkVABIMNC4xNmYeAAw1LjI1FQASCDYuM2o8AAgwLjRqeAAIMS42arMACDIu
            OGruAAwzLjEwaioBDDQuMTJqPgAMNS4xNGp7AAw2LjE2argADDAuMTlq9QAIMS4ybjIBDDIuMjVq
            PgAMMy4yOGp8AAw0LjMyaroADDUuMzZq+AAINi40bjYBDDAuNDRqPgAMMS40OGp8AAwyLjUyaroA
            DDMuNTdq+AAINC42bjYBCDUuNm4+AAg2LjdufAAIMC43broACDEuODL4AP7PAAAwCusqrKHSK+xa
            WgEvPmD9B/+pBOp7veyBqqZfPj9pJqkxHue4L6+916k6sCZTYtcLG2O33WwHWDrnWNGIyYB6pUs2
            xQQl1soEqmgZ0fS6U7//UOVFwPosvN7yFzEmnP4SPDwShKvd0paoqsPCqmRl/jyJ7KkZliJA0l9K
            zj77mfVmTNO6XLvBW7glhQ/5aAg4LuYVN+kLrJI+ltKN/2dRnKeZ1JdMVDB3l9Hp5P5GC/rBfmPh
            IghHHZ0o1wwnu+ZAyn3W2FbXtM37BeWhCR6ZGgAAczJpZHgAqA4BgICAAQIAFB4AAAAAeGRpMnM=
            """;

    /** Three blocks of 1 MiB: repeats of 3 bytes of size. */
    private static final String ZEROS =
            """
            /wYAAFMyc1R3TwAQAAArE6e6gIBAAAARAR0A8/8OABAAACsTp7qAgEAAABEBHQDz/w4AEAAAKxOn
            uoCAQAAAEQEdAPP/Dg==
            """;

    /** WriterBlockSize(4 << 20), WriterBestCompression. */
    private static final String ZEROS_IN_ONE_BLOCK =
            """
            /wYAAFMyc1R3TwARAAArY8hpgICAAgAAEQEdAPP/Pg==
            """;

    /** A repeat of 2 bytes of size; WriterBetterCompression. */
    private static final String REPEAT =
            """
            /wYAAFMyc1R3TwAYAACb4H5RsG0gb3ZlciBhbmQgBQkRDhkAljU=
            """;

    private static byte[] lines() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            lines.append("RMSG $G orders.").append(i % 7).append('.').append(i * i);
            lines.append(" 5\r\nhello\r\n");
        }
        return Streams.ascii(lines.toString());
    }

    static List<Arguments> streams() {
        byte[] lines = lines();
        return List.of(
                Arguments.of("uncompressed", UNCOMPRESSED, Arrays.copyOf(lines, 62)),
                Arguments.of("fast", FAST, lines),
                Arguments.of("better", BETTER, lines),
                Arguments.of("best", BEST, lines),
                Arguments.of("snappy", SNAPPY, lines),
                Arguments.of("index and padding", INDEX_AND_PADDING, lines),
                Arguments.of("zeros", ZEROS, new byte[3 << 20]),
                Arguments.of("zeros in one block", ZEROS_IN_ONE_BLOCK, new byte[4 << 20]),
                Arguments.of("repeat", REPEAT, Streams.ascii("over and over ".repeat(1000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void shouldReadWhatTheReferenceWrites(String name, String base64, byte[] content)
            throws Exception {
        byte[] stream = Base64.getMimeDecoder().decode(base64);
        assertThat(Streams.decode(stream)).isEqualTo(content);
        // The stream of a flush, and that of the next one.
        assertThat(Streams.decode(Streams.join(stream, stream)))
                .isEqualTo(Streams.join(content, content));
    }
}
