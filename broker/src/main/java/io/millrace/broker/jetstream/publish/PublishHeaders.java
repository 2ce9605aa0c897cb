package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The headers of a message that mean something to a stream: walks them once and remembers where
 * their values stand. A flyweight of the shard thread; allocates nothing but where it says so.
 *
 * <p>A header counts by the reference's rules: its line begins behind a CR LF, its name is written
 * exactly so, and the colon follows at once. The first of a name counts. Its value goes from the
 * first byte behind the colon that isn't a blank up to the next CR LF, or the end; blanks behind it
 * belong to it. What else the block holds, and whether it looks like one, doesn't matter.
 *
 * <p>One case differs from the reference: it gives up on a name that stands in a value twice in a
 * row; here the header is found all the same.
 */
public final class PublishHeaders {
    /** A value that isn't a number, or one of more than 63 bits. */
    public static final long NO_NUMBER = Decimal.NONE;

    private static final Header[] HEADERS = Header.values();

    /** By the length of the name. */
    private static final Header[][] BY_LENGTH = byLength();

    private static final byte[] NATS = "Nats-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KV = "KV-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUB = "sub".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ALL = "all".getBytes(StandardCharsets.US_ASCII);

    private final int[] offsets = new int[HEADERS.length];
    private final int[] lengths = new int[HEADERS.length];
    private Region region = Region.NONE;
    // A bit for each header, by its ordinal.
    private int found;

    private static Header[][] byLength() {
        List<List<Header>> lists = new ArrayList<>();
        for (Header header : HEADERS) {
            while (lists.size() <= header.nameBytes()) {
                lists.add(new ArrayList<>());
            }
            lists.get(header.nameBytes()).add(header);
        }
        return lists.stream().map(list -> list.toArray(Header[]::new)).toArray(Header[][]::new);
    }

    /** The message has no headers. */
    public void clear() {
        region = Region.NONE;
        found = 0;
    }

    /**
     * Looks at the headers of a message; the region must stay as it is until the next ones.
     *
     * @param length their bytes, from 0; any bytes will do
     */
    public void read(Region headers, int offset, int length) {
        region = headers;
        found = 0;
        int end = offset + length;
        int line = behindLine(offset, end);
        while (line < end) {
            line = behindLine(take(line, end), end);
        }
    }

    /** Remembers the header that begins here, if it is one; returns from where to go on. */
    private int take(int line, int end) {
        if (!begins(NATS, line, end) && !begins(KV, line, end)) {
            return line;
        }
        int colon = region.indexOf((byte) ':', line, Math.min(end, line + BY_LENGTH.length));
        int nameBytes = colon - line;
        if (colon == end || nameBytes >= BY_LENGTH.length) {
            return line;
        }
        for (Header header : BY_LENGTH[nameBytes]) {
            if (region.equal(line, header.bytes())) {
                return value(header, colon + 1, end);
            }
        }
        return line;
    }

    private int value(Header header, int behindColon, int end) {
        int start = behindColon;
        while (start < end && region.getByte(start) == ' ') {
            start++;
        }
        int valueEnd = lineEnd(start, end);
        int bit = 1 << header.ordinal();
        if ((found & bit) == 0) {
            found |= bit;
            offsets[header.ordinal()] = start;
            lengths[header.ordinal()] = valueEnd - start;
        }
        return valueEnd;
    }

    private boolean begins(byte[] bytes, int line, int end) {
        return end - line >= bytes.length && region.equal(line, bytes);
    }

    /** Where the next CR LF is; the end if there is none. */
    private int lineEnd(int from, int end) {
        int at = from;
        while (true) {
            at = region.indexOf((byte) '\n', at, end);
            if (at == end) {
                return end;
            }
            if (at > from && region.getByte(at - 1) == '\r') {
                return at - 1;
            }
            at++;
        }
    }

    private int behindLine(int from, int end) {
        return Math.min(end, lineEnd(from, end) + 2);
    }

    /** Whether there is none that means anything. */
    public boolean isEmpty() {
        return found == 0;
    }

    /** Whether this header is there, with or without a value. */
    public boolean has(Header header) {
        return (found & 1 << header.ordinal()) != 0;
    }

    /** Whether this header is there and has a value. */
    public boolean hasValue(Header header) {
        return has(header) && lengths[header.ordinal()] > 0;
    }

    /** The memory they stand in. */
    public Region region() {
        return region;
    }

    /** Where the value begins in {@link #region}; 0 if the header isn't there. */
    public int offset(Header header) {
        return has(header) ? offsets[header.ordinal()] : 0;
    }

    /** Bytes of the value; 0 if the header isn't there. */
    public int length(Header header) {
        return has(header) ? lengths[header.ordinal()] : 0;
    }

    /** Whether this header is there and has exactly this value. */
    public boolean equal(Header header, byte[] value) {
        return has(header)
                && lengths[header.ordinal()] == value.length
                && region.equal(offsets[header.ordinal()], value);
    }

    /**
     * The value as a number without a sign.
     *
     * @return the number; {@link #NO_NUMBER} if there is none, if something else than digits is
     *     there, or if it is larger than a long. (The reference lets such a one wrap round.)
     */
    public long number(Header header) {
        return Decimal.parse(region, offset(header), length(header));
    }

    /**
     * Whether the message asks for an API level, by {@link Header#REQUIRED_API_LEVEL}, that the
     * server hasn't, or for something that isn't one: error 10185.
     */
    public boolean requiresMoreThan(int level) {
        if (!hasValue(Header.REQUIRED_API_LEVEL)) {
            return false;
        }
        int start = offset(Header.REQUIRED_API_LEVEL);
        int length = length(Header.REQUIRED_API_LEVEL);
        byte sign = region.getByte(start);
        if (sign != '-' && sign != '+') {
            long required = number(Header.REQUIRED_API_LEVEL);
            return required == NO_NUMBER || required > level;
        }
        long required = Decimal.parse(region, start + 1, length - 1);
        return required == NO_NUMBER || sign == '+' && required > level;
    }

    /** How long the message lives, by {@link Header#TTL}: as {@link MessageTtl#parse} says. */
    public long ttl() {
        return ttl(Header.TTL);
    }

    /** A time to live in another header: as {@link MessageTtl#parse} says. */
    public long ttl(Header header) {
        return MessageTtl.parse(region, offset(header), length(header));
    }

    /** What the message replaces; upper and lower case are the same. */
    public Rollup rollup() {
        if (!hasValue(Header.ROLLUP)) {
            return Rollup.NONE;
        }
        if (equalIgnoringCase(Header.ROLLUP, SUB)) {
            return Rollup.SUBJECT;
        }
        return equalIgnoringCase(Header.ROLLUP, ALL) ? Rollup.ALL : Rollup.INVALID;
    }

    private boolean equalIgnoringCase(Header header, byte[] lower) {
        return MessageTtl.equalIgnoringCase(region, offset(header), length(header), lower);
    }

    /** A copy of the value, its bytes taken for UTF-8; empty if there is none. Allocates. */
    public String text(Header header) {
        return new String(region.bytes(offset(header), length(header)), StandardCharsets.UTF_8);
    }
}
