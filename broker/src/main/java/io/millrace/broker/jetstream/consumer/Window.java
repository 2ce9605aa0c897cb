package io.millrace.broker.jetstream.consumer;

/**
 * Flow control of what is pushed: so many bytes may be under way until the receiver says that it
 * has come so far. It begins small and doubles with each answer. Shard thread.
 */
final class Window {
    /** The most that is under way. */
    private static final long MOST_BYTES = 32L * 1024 * 1024;

    /** Where it begins; a part of that. */
    private static final int FIRST_PART = 16;

    private long limit = MOST_BYTES / FIRST_PART;
    private long underWay;

    /** What is under way as far as the question asks for; undefined where nothing is asked. */
    private long asked;

    /** Where the answer comes to; empty while nothing is asked. */
    private String question = "";

    boolean isClosed() {
        return underWay > limit;
    }

    boolean isAsking() {
        return !question.isEmpty();
    }

    /** So many bytes went; whether the receiver is to be asked now. */
    boolean sent(long bytes, boolean mustAsk) {
        underWay += bytes;
        if (!isAsking()) {
            return underWay > limit / 2 || mustAsk;
        }
        if (underWay - asked >= limit) {
            asked += bytes;
        }
        return false;
    }

    /** The receiver is asked. */
    void ask(String subject) {
        question = subject;
        asked = underWay;
    }

    /** The subject that the last question wants an answer to. */
    String question() {
        return question;
    }

    /** It has answered. */
    void answered() {
        limit = Math.min(MOST_BYTES, 2 * limit);
        underWay = Math.max(0, underWay - asked);
        asked = 0;
        question = "";
    }
}
