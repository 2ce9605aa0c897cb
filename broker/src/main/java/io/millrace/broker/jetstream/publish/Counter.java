package io.millrace.broker.jetstream.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigInteger;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A counter (ADR-49): its value, which is the payload of its last message, and what it has taken
 * over from counters of other streams, which stands in a header of it. Immutable.
 *
 * @param total the value
 * @param sources by stream and subject, their values when they were last taken over
 */
public record Counter(BigInteger total, SortedMap<String, SortedMap<String, BigInteger>> sources) {
    /** A counter that has no message yet. */
    public static final Counter ZERO = new Counter(BigInteger.ZERO, new TreeMap<>());

    /**
     * Most digits of a number, so that none takes long to be read or written. (The reference takes
     * as many as a header or a payload holds.)
     */
    public static final int MAX_DIGITS = 4096;

    private static final BigInteger BEYOND = BigInteger.TEN.pow(MAX_DIGITS);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int SUBJECT_FIELD = 4;

    /** What a counter has become, and by how much it has changed. */
    public record Change(Counter counter, BigInteger increment) {}

    /**
     * What a publish adds, by its header {@link Header#INCREMENT}: digits, a sign before them or
     * not.
     *
     * @return null if it can't be read: error 10171
     */
    public static @Nullable BigInteger increment(PublishHeaders headers) {
        return headers.length(Header.INCREMENT) > MAX_DIGITS + 1
                ? null
                : number(headers.text(Header.INCREMENT));
    }

    private static @Nullable BigInteger number(String text) {
        int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int digits = text.length() - start;
        if (digits == 0 || digits > MAX_DIGITS) {
            return null;
        }
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        return new BigInteger(text);
    }

    /**
     * Reads the last message of a counter.
     *
     * @param sources the value of its header {@link Header#COUNTER_SOURCES}; empty if it has none
     * @return null if the counter is broken: error 10172
     */
    public static @Nullable Counter read(byte[] payload, byte[] sources) {
        BigInteger total = value(payload);
        SortedMap<String, SortedMap<String, BigInteger>> read =
                sources.length == 0 ? new TreeMap<>() : readSources(sources);
        return total == null || read == null ? null : new Counter(total, read);
    }

    /**
     * The value in the payload of a counter's message.
     *
     * @return null if it isn't one
     */
    public static @Nullable BigInteger value(byte[] payload) {
        try (JsonParser json = JSON.createParser(payload)) {
            BigInteger value = BigInteger.ZERO;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isValue = json.currentName().equalsIgnoreCase("val");
                if (json.nextToken() != JsonToken.VALUE_STRING || !isValue) {
                    json.skipChildren();
                    if (isValue) {
                        return null;
                    }
                    continue;
                }
                value = number(json.getText());
                if (value == null) {
                    return null;
                }
            }
            return json.nextToken() == null ? value : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable SortedMap<String, SortedMap<String, BigInteger>> readSources(
            byte[] text) {
        SortedMap<String, SortedMap<String, BigInteger>> sources = new TreeMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String stream = json.currentName();
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return null;
                }
                SortedMap<String, BigInteger> subjects = new TreeMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String subject = json.currentName();
                    BigInteger value =
                            json.nextToken() == JsonToken.VALUE_STRING
                                    ? number(json.getText())
                                    : null;
                    if (value == null) {
                        return null;
                    }
                    subjects.put(subject, value);
                }
                sources.put(stream, subjects);
            }
            return json.nextToken() == null ? sources : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** The counter after an increment. */
    public Counter plus(BigInteger increment) {
        return new Counter(total.add(increment), sources);
    }

    /** Whether it can be read again: its value has no more than {@link #MAX_DIGITS}. */
    public boolean isReadable() {
        return total.abs().compareTo(BEYOND) < 0;
    }

    /**
     * The counter after a message of another stream's counter has come: only by how much that has
     * changed since it was last taken over counts here.
     *
     * @param streamSource the message's header {@link Header#STREAM_SOURCE}
     * @param subject the message's
     * @param value that of the other counter
     */
    public Change takeOver(String streamSource, String subject, BigInteger value) {
        String[] fields = streamSource.split(" ", -1);
        String origin = fields.length > SUBJECT_FIELD ? fields[SUBJECT_FIELD] : subject;
        SortedMap<String, SortedMap<String, BigInteger>> others = new TreeMap<>(sources);
        SortedMap<String, BigInteger> subjects = new TreeMap<>();
        subjects.putAll(others.getOrDefault(fields[0], subjects));
        BigInteger before = subjects.put(origin, value);
        others.put(fields[0], subjects);
        BigInteger increment = before == null ? value : value.subtract(before);
        return new Change(new Counter(total.add(increment), others), increment);
    }

    /** The payload of its message. */
    public byte[] payload() {
        return GoJson.bytes(new StringBuilder("{\"val\":\"").append(total).append("\"}"));
    }

    /** The value of its message's header {@link Header#COUNTER_SOURCES}; empty if it needs none. */
    public String sourcesText() {
        if (sources.isEmpty()) {
            return "";
        }
        StringBuilder json = new StringBuilder("{");
        sources.forEach(
                (stream, subjects) -> {
                    GoJson.quote(json, stream).append(":{");
                    subjects.forEach(
                            (subject, value) ->
                                    GoJson.quote(json, subject)
                                            .append(":\"")
                                            .append(value)
                                            .append("\","));
                    end(json);
                });
        return end(json).substring(0, json.length() - 1);
    }

    /** Ends an object in place of the comma behind its last field. */
    private static StringBuilder end(StringBuilder json) {
        if (json.charAt(json.length() - 1) == ',') {
            json.setLength(json.length() - 1);
        }
        return json.append("},");
    }
}
