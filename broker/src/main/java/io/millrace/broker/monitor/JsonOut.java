package io.millrace.broker.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Writes JSON as the reference does: indented by two blanks, with the fields that may be left out
 * left out when they are empty. Bounded: a reply that gets too large is refused.
 */
public final class JsonOut {
    /** Bytes of a reply. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** What is copied is the server's own, and bounded where it came in. */
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final DefaultPrettyPrinter PRETTY = pretty();

    private final BoundedBytes bytes = new BoundedBytes(MAX_BYTES);
    private final JsonGenerator json;

    /** What is to be written. */
    public interface Content {
        void write(JsonOut out) throws IOException, BadQueryException, InterruptedException;
    }

    private JsonOut(boolean indented) throws IOException {
        json = JSON.createGenerator(bytes);
        if (indented) {
            json.setPrettyPrinter(PRETTY.createInstance());
        }
    }

    private static DefaultPrettyPrinter pretty() {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator("");
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(lines)
                .withArrayIndenter(lines);
    }

    /** An object as a reply of status 200. */
    static Reply object(Content fields) throws BadQueryException, InterruptedException {
        return object(200, true, fields);
    }

    static Reply object(int status, boolean indented, Content fields)
            throws BadQueryException, InterruptedException {
        return new Reply(status, Reply.Kind.JSON, bytes(indented, fields));
    }

    /** An object on one line. */
    public static byte[] line(Content fields) throws BadQueryException, InterruptedException {
        return bytes(false, fields);
    }

    private static byte[] bytes(boolean indented, Content fields)
            throws BadQueryException, InterruptedException {
        try {
            JsonOut out = new JsonOut(indented);
            out.json.writeStartObject();
            fields.write(out);
            out.json.writeEndObject();
            out.json.close();
            return out.bytes.toByteArray();
        } catch (BoundedBytes.TooLargeException e) {
            throw new BadQueryException(
                    "more than " + MAX_BYTES + " bytes; ask for less, with limit and offset");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a field. */
    public JsonOut field(String name, long value) throws IOException {
        json.writeNumberField(name, value);
        return this;
    }

    /** The same of a number whose bits mean one without sign. */
    public JsonOut unsigned(String name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(Long.toUnsignedString(value));
        return this;
    }

    public JsonOut field(String name, double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            json.writeNumberField(name, (long) value);
        } else {
            json.writeNumberField(name, value);
        }
        return this;
    }

    public JsonOut field(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    public JsonOut field(String name, String value) throws IOException {
        json.writeStringField(name, value);
        return this;
    }

    public JsonOut field(String name, Instant value) throws IOException {
        return field(name, value.toString());
    }

    /** A list of numbers. */
    JsonOut numbers(String name, LongStream values) throws IOException {
        json.writeArrayFieldStart(name);
        for (long value : values.toArray()) {
            json.writeNumber(value);
        }
        json.writeEndArray();
        return this;
    }

    public JsonOut nothing(String name) throws IOException {
        json.writeNullField(name);
        return this;
    }

    /** Left out when it is 0. */
    public JsonOut some(String name, long value) throws IOException {
        return value == 0 ? this : field(name, value);
    }

    /** Left out when it is empty. */
    public JsonOut some(String name, String value) throws IOException {
        return value.isEmpty() ? this : field(name, value);
    }

    /** Left out when it is false. */
    public JsonOut some(String name, boolean value) throws IOException {
        return value ? field(name, true) : this;
    }

    /** Left out when there are none. */
    public JsonOut someTexts(String name, Iterable<String> values) throws IOException {
        return values.iterator().hasNext() ? texts(name, values) : this;
    }

    public JsonOut texts(String name, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
        return this;
    }

    public JsonOut object(String name, Fields fields) throws IOException {
        json.writeObjectFieldStart(name);
        fields.write(this);
        json.writeEndObject();
        return this;
    }

    /** Something that is JSON already. */
    public JsonOut json(String name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value);
        return this;
    }

    /** The same, written as all else is here. */
    public JsonOut copied(String name, String value) throws IOException {
        json.writeFieldName(name);
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            json.copyCurrentStructure(parser);
        }
        return this;
    }

    public JsonOut empty(String name) throws IOException {
        return object(name, out -> {});
    }

    /** An array of objects. */
    public <T> JsonOut objects(String name, Iterable<T> elements, ElementFields<T> fields)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T element : elements) {
            json.writeStartObject();
            fields.write(this, element);
            json.writeEndObject();
        }
        json.writeEndArray();
        return this;
    }

    /** An array of objects, left out when there are none. */
    public JsonOut someObjects(String name, List<Fields> elements) throws IOException {
        return elements.isEmpty()
                ? this
                : objects(name, elements, (out, fields) -> fields.write(out));
    }

    /** The fields of an object. */
    public interface Fields {
        void write(JsonOut out) throws IOException;
    }

    /** The fields of an object that stands for something. */
    public interface ElementFields<T> {
        void write(JsonOut out, T element) throws IOException;
    }
}
