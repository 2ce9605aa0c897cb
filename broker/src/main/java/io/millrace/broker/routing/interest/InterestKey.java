package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.match.Interest;

import java.nio.charset.StandardCharsets;

/**
 * A subject, and behind a blank a queue group if there is one, as text whose characters are their
 * bytes: by what interest is summed up and told.
 */
final class InterestKey {
    /** A number of more digits counts as none where it is read, in the reference as here. */
    private static final int MOST_MEMBERS = 999_999_999;

    private InterestKey() {}

    static String of(Interest interest) {
        return of(interest.subject, interest.queue);
    }

    /**
     * The same.
     *
     * @param queue empty for none
     */
    static String of(byte[] subject, byte[] queue) {
        return queue.length == 0 ? text(subject) : text(subject) + " " + text(queue);
    }

    static String subject(String key) {
        int blank = key.indexOf(' ');
        return blank < 0 ? key : key.substring(0, blank);
    }

    static boolean isQueue(String key) {
        return key.indexOf(' ') >= 0;
    }

    /** What is told of a key: of a queue group, how many members it has, as far as that goes. */
    static String weighted(String key, long members) {
        return isQueue(key) ? key + " " + Math.min(members, MOST_MEMBERS) : key;
    }

    /** Bytes as a line of the protocol has them. */
    static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A name as it stands in such a line: in UTF-8, each byte a character. */
    static String name(String name) {
        return text(name.getBytes(StandardCharsets.UTF_8));
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
