package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Finds out whether anybody in a cluster wants a message, as a requester does. */
final class Interest {
    /** Where nobody answers to. */
    static final String REPLY = "probe";

    private Interest() {}

    /**
     * Waits until a subject is wanted. The message that found it so, which is empty and has {@link
     * #REPLY} to reply to, is on its way.
     */
    static void await(RawClient publisher, String subject) {
        Modes.await(() -> "interest in " + subject, () -> isWanted(publisher, subject));
    }

    /** Waits until a subject isn't wanted any more. */
    static void awaitNone(RawClient publisher, String subject) {
        Modes.await(() -> "no interest in " + subject, () -> !isWanted(publisher, subject));
    }

    private static boolean isWanted(RawClient publisher, String subject) {
        try {
            publisher.send(
                    "SUB probe 99\r\nPUB " + subject + " probe 0\r\n\r\nUNSUB 99\r\nPING\r\n");
            String line = publisher.lineAfterPing();
            if (line.equals("PONG\r\n")) {
                return true;
            }
            assertThat(line).startsWith("HMSG probe 99 ");
            String length = line.substring(line.lastIndexOf(' ') + 1).strip();
            publisher.skip(Integer.parseInt(length) + 2);
            assertThat(publisher.lineAfterPing()).isEqualTo("PONG\r\n");
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
