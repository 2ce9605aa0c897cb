package io.millrace.broker.routing.account;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Subjects that servers use among themselves, and that no client may claim. */
public final class ReservedSubjects {
    /** Answers to imported services, acknowledgements of JetStream, answers through gateways. */
    private static final byte[][] REPLIES = {ascii("_R_."), ascii("$JS.ACK."), ascii("_GR_.")};

    /** What servers ask each other. */
    private static final byte[] REQUESTS = ascii("$SYS.REQ.");

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

    /** Whether only servers' own services are asked there. */
    public static boolean isServices(byte[] subject) {
        return subject.length >= REQUESTS.length
                && Arrays.equals(subject, 0, REQUESTS.length, REQUESTS, 0, REQUESTS.length);
    }
}
