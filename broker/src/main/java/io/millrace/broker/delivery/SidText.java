package io.millrace.broker.delivery;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A subscription id as it stands in a message line: with a blank on both sides.
 *
 * <p>Clients count their subscriptions, so nearly all ids are so short that id and blanks fit into
 * one word, which is written with one store.
 */
public final class SidText {
    private final byte[] text;
    private final long word;

    /**
     * Makes the text of an id.
     *
     * @param sid the id's bytes
     */
    public SidText(byte[] sid) {
        text = new byte[sid.length + 2];
        text[0] = ' ';
        System.arraycopy(sid, 0, text, 1, sid.length);
        text[text.length - 1] = ' ';
        word = text.length <= Long.BYTES ? wordOf(text) : 0;
    }

    private static long wordOf(byte[] bytes) {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        return word.put(bytes).rewind().getLong();
    }

    /** Bytes of the text, both blanks included. */
    public int length() {
        return text.length;
    }

    /** The text, not to be changed. */
    byte[] text() {
        return text;
    }

    /** Whether the text fits into one word. */
    public boolean isWord() {
        return text.length <= Long.BYTES;
    }

    /** The text in native byte order, where it {@linkplain #isWord fits}. */
    long word() {
        return word;
    }

    /** Whether another one that {@linkplain #isWord fits} is the same; null isn't. */
    boolean isSameWord(@Nullable SidText other) {
        return other != null && other.word == word && other.text.length == text.length;
    }

    /** The id alone. */
    public byte[] sid() {
        return Arrays.copyOfRange(text, 1, text.length - 1);
    }
}
