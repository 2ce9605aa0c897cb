package io.millrace.broker.routing.account;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Subjects that servers use among themselves, and that no client may claim. */
public final class ReservedSubjects {
    /** Answers to imported services, acknowledgements of JetStream, answers through gateways. */
    private static final byte[][] REPLIES = {ascii("_R_."), ascii("$JS.ACK."), ascii("_GR_.")};

    /** What servers ask each other, and tell, and where they have answers. */
    private static final byte[][] SERVERS = {
        ascii("$SYS.REQ."), ascii("$SYS.SERVER."), ascii("$SYS._INBOX")
    };

    /** Answers through gateways, as they are called now and as they once were. */
    private static final String[] GATEWAYS = {"_GR_.", "$GR."};

    /** What the servers of a Raft group tell each other. */
    private static final String RAFT = "$NRG.";

    private static final byte[] GATEWAY_REPLY = ascii("_GR_.");
    private static final byte[] OLD_GATEWAY_REPLY = ascii("$GR.");

    /** Of the hash of a cluster or a server, as it stands in a subject. */
    public static final int HASH_BYTES = 6;

    /** {@code _GR_.<cluster>.<server>.} */
    public static final int GATEWAY_PREFIX_BYTES = GATEWAY_REPLY.length + 2 * (HASH_BYTES + 1);

    private ReservedSubjects() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether no client may ask for an answer to this subject. */
    public static boolean isReply(Region bytes, int offset, int length) {
        byte first = bytes.getByte(offset);
        if (first != '_' && first != '$') {
            return false;
        }
        for (byte[] prefix : REPLIES) {
            if (length >= prefix.length && bytes.equal(offset, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether answers to imported services or acknowledgements of JetStream go there. */
    public static boolean isAnswer(Region bytes, int offset, int length) {
        return length > 0 && isReply(bytes, offset, length) && !isGateways(bytes, offset, length);
    }

    /**
     * How much stands in front of the subject proper, of an answer on its way through gateways:
     * {@code _GR_.<cluster>.<server>.}; 0 for any other subject.
     */
    public static int behindGatewayPrefix(Region bytes, int offset, int length) {
        return length > GATEWAY_PREFIX_BYTES && bytes.equal(offset, GATEWAY_REPLY)
                ? GATEWAY_PREFIX_BYTES
                : 0;
    }

    /** Whether answers of other clusters go there, which no client may send. */
    public static boolean isGateways(Region bytes, int offset, int length) {
        byte first = length == 0 ? 0 : bytes.getByte(offset);
        return first == '_' && isBehind(GATEWAY_REPLY, bytes, offset, length)
                || first == '$' && isBehind(OLD_GATEWAY_REPLY, bytes, offset, length);
    }

    private static boolean isBehind(byte[] prefix, Region bytes, int offset, int length) {
        return length > prefix.length && bytes.equal(offset, prefix);
    }

    /** Whether answers of other clusters go there. */
    public static boolean isGateways(String subject) {
        for (String prefix : GATEWAYS) {
            if (subject.startsWith(prefix) && subject.length() > prefix.length()) {
                return true;
            }
        }
        return false;
    }

    /** Whether servers of a Raft group are told something there. */
    public static boolean isRafts(String subject) {
        return subject.startsWith(RAFT);
    }

    /** Whether servers' own services are asked and told there, and hardly anybody else. */
    public static boolean isServices(byte[] subject) {
        for (byte[] prefix : SERVERS) {
            int length = prefix.length;
            if (subject.length >= length && Arrays.equals(subject, 0, length, prefix, 0, length)) {
                return true;
            }
        }
        return false;
    }
}
