package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The payloads of close frames: a status of RFC 6455, and words. */
final class WebSocketClose {
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    private static final int INVALID_DATA = 1007;
    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;
    private static final int INTERNAL_ERROR = 1011;
    private static final int TLS_HANDSHAKE = 1015;

    private static final int STATUS_BYTES = 2;
    private static final int MOST_WORDS = FrameReader.MAX_CONTROL_BYTES - STATUS_BYTES;
    private static final String CUT = "...";

    private WebSocketClose() {}

    /** What a client is told whose connection ends, by the reference's table. */
    static byte[] of(CloseReason why) {
        int status =
                switch (why) {
                    case CLIENT_CLOSED -> NORMAL;
                    case AUTHENTICATION_TIMEOUT,
                            AUTHENTICATION_FAILURE,
                            SLOW_CONSUMER_PENDING_BYTES,
                            SLOW_CONSUMER_WRITE_DEADLINE,
                            MAX_ACCOUNT_CONNECTIONS_EXCEEDED,
                            MAX_CONNECTIONS_EXCEEDED,
                            MAX_CONTROL_LINE_EXCEEDED,
                            MAX_SUBSCRIPTIONS_EXCEEDED,
                            MISSING_ACCOUNT ->
                            POLICY;
                    case TLS_HANDSHAKE_FAILURE -> TLS_HANDSHAKE;
                    case PARSE_ERROR, PROTOCOL_VIOLATION, BAD_CLIENT_PROTOCOL_VERSION ->
                            PROTOCOL_ERROR;
                    case MAX_PAYLOAD_EXCEEDED -> TOO_BIG;
                    case WRITE_ERROR, READ_ERROR, STALE_CONNECTION, SERVER_SHUTDOWN -> GOING_AWAY;
                    default -> INTERNAL_ERROR;
                };
        return of(status, why.text());
    }

    /** A status, and words that are cut off where they are too many. */
    static byte[] of(int status, String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        if (text.length > MOST_WORDS) {
            String begun =
                    new String(text, 0, MOST_WORDS - CUT.length(), StandardCharsets.ISO_8859_1);
            text = (begun + CUT).getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] payload = new byte[STATUS_BYTES + text.length];
        payload[0] = (byte) (status >> 8);
        payload[1] = (byte) status;
        System.arraycopy(text, 0, payload, STATUS_BYTES, text.length);
        return payload;
    }

    /** What is wrong with the payload of a close frame that came; empty if nothing is. */
    static String problem(byte[] said) {
        if (said.length == 1) {
            return "close frame payload cannot be 1 byte";
        }
        if (said.length == 0) {
            return "";
        }
        int status = (said[0] & 0xff) << 8 | said[1] & 0xff;
        return isKnown(status) ? "" : "invalid close status code " + status;
    }

    private static boolean isKnown(int status) {
        boolean reserved = status == 1004 || status == 1005 || status == 1006;
        return status >= 1000 && status < 5000 && !reserved && (status < 1015 || status > 2999);
    }

    /** What is answered to a close frame: what it says, unless its words aren't UTF-8. */
    static byte[] answer(byte[] said) {
        if (said.length <= STATUS_BYTES) {
            return said;
        }
        byte[] words = Arrays.copyOfRange(said, STATUS_BYTES, said.length);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(words));
            return said;
        } catch (CharacterCodingException e) {
            return of(INVALID_DATA, "invalid utf8 body in close frame");
        }
    }
}
