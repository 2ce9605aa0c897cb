package io.millrace.broker.jetstream.json;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields that an object may have. Built once, then read only. */
public final class JsonSchema {
    /**
     * A field.
     *
     * @param path what the reference calls it in errors
     */
    record Field(String name, String path, JsonKind kind) {}

    private final String name;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private String part = "";

    private JsonSchema(String name) {
        this.name = name;
    }

    /** A schema without fields, by the name that the reference has for such an object. */
    public static JsonSchema of(String name) {
        return new JsonSchema(name);
    }

    /** The fields that follow are of a part that the reference has a name for. */
    public JsonSchema part(String named) {
        part = named.isEmpty() ? "" : named + ".";
        return this;
    }

    /** All fields of another one, as a part. */
    public JsonSchema include(JsonSchema other) {
        part(other.name);
        other.fields.values().forEach(each -> field(each.name(), each.kind()));
        return part("");
    }

    /** Adds a field. */
    public JsonSchema field(String called, JsonKind kind) {
        fields.put(called, new Field(called, part + called, kind));
        return this;
    }

    /** Adds a field that may say one of these words. */
    public JsonSchema words(String called, JsonKind.Words.Rule rule, String... words) {
        return field(called, new JsonKind.Words(List.of(words), rule, ""));
    }

    /**
     * The same of words of which the reference tells what isn't one.
     *
     * @param unknown what it says in front of that
     */
    public JsonSchema knownWords(String called, String unknown, String... words) {
        return field(
                called, new JsonKind.Words(List.of(words), JsonKind.Words.Rule.EXACT, unknown));
    }

    /** Adds an object that may be missing. */
    public JsonSchema object(String called, JsonSchema schema) {
        return field(called, new JsonKind.Struct(schema, true));
    }

    /** Adds an object that is there, even if nothing is said of it. */
    public JsonSchema fixedObject(String called, JsonSchema schema) {
        return field(called, new JsonKind.Struct(schema, false));
    }

    /** How the reference calls it. */
    String name() {
        return name;
    }

    /** A field by its name, whatever its case; null for what isn't one. */
    @Nullable Field find(String called) {
        Field exact = fields.get(called);
        if (exact != null) {
            return exact;
        }
        for (Field each : fields.values()) {
            if (each.name().equalsIgnoreCase(called)) {
                return each;
            }
        }
        return null;
    }
}
