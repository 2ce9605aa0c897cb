package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A block of headers that is changed before it is stored or passed on: takes one, removes and adds
 * lines, and gives the bytes of the new one. Shard thread; one is enough for all messages.
 *
 * <p>Lines and names are found as {@link PublishHeaders} does. What is left of a block without a
 * line is nothing.
 */
public final class HeaderBlock {
    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END_BYTES = 2;
    private static final int EMPTY_BYTES = VERSION.length + LINE_END_BYTES;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Begins with the headers of a message; {@code length} may be 0. */
    public void load(Region headers, int offset, int length) {
        reserve(length);
        headers.get(offset, bytes, 0, length);
        this.length = length;
    }

    /** Bytes of it; 0 if there are no headers any more. */
    public int length() {
        return length;
    }

    /** Copies it to where the new message is put together. */
    public void copy(Region to, int offset) {
        to.put(offset, bytes, 0, length);
    }

    /** A copy. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Removes all lines of a header. */
    public void remove(Header header) {
        remove(header.bytes(), true);
    }

    /** Removes all lines of headers whose name begins so. */
    public void removeAll(byte[] prefix) {
        remove(prefix, false);
    }

    private void remove(byte[] start, boolean whole) {
        int kept = behindLine(0);
        int line = kept;
        boolean removed = false;
        while (line < length) {
            int next = behindLine(line);
            boolean goes = isLineOf(start, whole, line) && endsLine(next);
            removed |= goes;
            if (!goes) {
                System.arraycopy(bytes, line, bytes, kept, next - line);
                kept += next - line;
            }
            line = next;
        }
        length = kept;
        if (removed && length <= EMPTY_BYTES) {
            length = 0;
        }
    }

    private boolean isLineOf(byte[] start, boolean whole, int line) {
        int end = line + start.length;
        return end < length
                && Arrays.equals(bytes, line, end, start, 0, start.length)
                && (!whole || bytes[end] == ':');
    }

    private boolean endsLine(int next) {
        return next >= LINE_END_BYTES && bytes[next - 1] == '\n' && bytes[next - 2] == '\r';
    }

    /** Behind the next CR LF; the end if there is none. */
    private int behindLine(int from) {
        for (int at = from + 1; at < length; at++) {
            if (bytes[at] == '\n' && bytes[at - 1] == '\r') {
                return at + 1;
            }
        }
        return length;
    }

    /**
     * Adds a line at the end, whether there is one of this header or not. Blanks around the value
     * go, line ends within it become blanks.
     */
    public void add(Header header, byte[] value) {
        add(header, value, value.length);
    }

    /** The same with a value that is the beginning of an array. */
    public void add(Header header, byte[] value, int valueLength) {
        int from = 0;
        int to = valueLength;
        while (from < to && isBlank(value[from])) {
            from++;
        }
        while (to > from && isBlank(value[to - 1])) {
            to--;
        }
        toLastLine();
        append(header.bytes(), 0, header.nameBytes());
        append((byte) ':');
        append((byte) ' ');
        int start = length;
        append(value, from, to - from);
        for (int i = start; i < length; i++) {
            if (bytes[i] == '\r' || bytes[i] == '\n') {
                bytes[i] = ' ';
            }
        }
        endLine();
        endLine();
    }

    /** The same for a text of ASCII characters. */
    public void add(Header header, String value) {
        add(header, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives the first line of a header another value, or adds one. */
    public void set(Header header, String value) {
        int line = behindLine(0);
        while (line < length) {
            int next = behindLine(line);
            if (isLineOf(header.bytes(), true, line)) {
                replace(line + header.nameBytes() + 1, next, value);
                return;
            }
            line = next;
        }
        add(header, value);
    }

    /** Puts a value behind a colon. */
    private void replace(int behindColon, int next, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int start = behindColon;
        if (start < length && bytes[start] == ' ') {
            start++;
        }
        int end = endsLine(next) && next - LINE_END_BYTES >= start ? next - LINE_END_BYTES : next;
        int behind = length - end;
        reserve(start + text.length + behind);
        System.arraycopy(bytes, end, bytes, start + text.length, behind);
        System.arraycopy(text, 0, bytes, start, text.length);
        length = start + text.length + behind;
    }

    /** Goes to where a line can be added: behind the last one that says something. */
    private void toLastLine() {
        if (length <= LINE_END_BYTES) {
            length = 0;
            append(VERSION, 0, VERSION.length);
        } else if (!endsLine(length)) {
            // Or what it ends with would begin what is added.
            endLine();
        } else if (endsLine(length - LINE_END_BYTES)) {
            length -= LINE_END_BYTES;
        }
    }

    private void endLine() {
        append((byte) '\r');
        append((byte) '\n');
    }

    private void append(byte one) {
        reserve(length + 1);
        bytes[length] = one;
        length++;
    }

    private void append(byte[] from, int at, int count) {
        reserve(length + count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
    }

    private void reserve(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
    }

    private static boolean isBlank(byte each) {
        return each == ' ' || each == '\t' || each == '\r' || each == '\n';
    }
}
