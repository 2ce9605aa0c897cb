package io.millrace.broker.routing.account;

import io.millrace.protocol.Frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Queue groups that servers use among themselves; no client may join them. */
public final class ReservedQueues {
    /** That of the reference's servers. */
    private static final byte[] SYSTEM = "_sys_".getBytes(StandardCharsets.US_ASCII);

    /**
     * Stands first among the queue groups of a message that another server than its own one sends,
     * which is only for the groups then: plain subscriptions have got it from its own. To the
     * reference it is a group that has no members, which it ignores.
     */
    public static final byte[] SECOND_HAND = "_second_hand_".getBytes(StandardCharsets.US_ASCII);

    /** How the queue groups of such a message begin. */
    private static final byte[] FROM_SECOND_HAND =
            "_second_hand_ ".getBytes(StandardCharsets.US_ASCII);

    private ReservedQueues() {}

    public static boolean contains(byte[] queue) {
        return Arrays.equals(queue, SYSTEM) || Arrays.equals(queue, SECOND_HAND);
    }

    /** Whether another server than its own one sends a message. */
    public static boolean isSecondHand(Frame frame) {
        return frame.queuesLength() > FROM_SECOND_HAND.length
                && frame.bytes().equal(frame.queuesOffset(), FROM_SECOND_HAND);
    }
}
