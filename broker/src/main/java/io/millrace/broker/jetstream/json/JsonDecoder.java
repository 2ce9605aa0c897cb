package io.millrace.broker.jetstream.json;

import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonKind.Struct;
import io.millrace.broker.jetstream.json.JsonKind.Structs;
import io.millrace.broker.jetstream.json.JsonKind.Words;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads an object by its schema, by the rules of Go's {@code encoding/json}: names in any case, of
 * two values the last counts, {@code null} changes nothing, and of what is of the wrong kind the
 * first is told. Recurses no deeper than the schema does.
 */
public final class JsonDecoder {
    private final byte[] text;
    private final boolean knownOnly;
    private int at;
    private @Nullable String wrong;

    private JsonDecoder(byte[] text, int at, boolean knownOnly) {
        this.text = text;
        this.at = at;
        this.knownOnly = knownOnly;
    }

    /**
     * Reads what a request of the API says. Several objects in a row count as one, as in the
     * reference; nothing at all is an object without fields.
     *
     * @param strict whether a field that isn't known is an error ({@code strict} of the
     *     configuration)
     * @throws BadJsonException if it isn't JSON, or not of the right kind
     */
    public static JsonFields read(JsonSchema schema, byte[] body, boolean strict)
            throws BadJsonException {
        JsonFields fields = new JsonFields();
        try {
            int at = JsonScan.skipBlanks(body, 0);
            while (at < body.length) {
                int end = JsonScan.endOfValue(body, at);
                decode(schema, body, at, true, fields);
                at = JsonScan.skipBlanks(body, end);
            }
        } catch (BadJsonException e) {
            if (strict) {
                throw e;
            }
            // As the reference: read once more, into what was read already.
            JsonScan.checkWhole(body);
            decode(schema, body, JsonScan.skipBlanks(body, 0), false, fields);
        }
        return fields;
    }

    /**
     * Reads exactly one object, in which fields that aren't known are passed over.
     *
     * @throws BadJsonException if it isn't JSON, or not of the right kind
     */
    public static JsonFields readAny(JsonSchema schema, byte[] body) throws BadJsonException {
        JsonScan.checkWhole(body);
        JsonFields fields = new JsonFields();
        decode(schema, body, JsonScan.skipBlanks(body, 0), false, fields);
        return fields;
    }

    /** Whether it is nothing at all, or an object without fields. */
    public static boolean isEmpty(byte[] body) {
        if (body.length == 0) {
            return true;
        }
        int at = JsonScan.skipBlanks(body, 0);
        if (at == body.length || body[at] != '{') {
            return false;
        }
        int close = JsonScan.skipBlanks(body, at + 1);
        return close < body.length
                && body[close] == '}'
                && JsonScan.skipBlanks(body, close + 1) == body.length;
    }

    /** Whether it begins as an object or an array: what doesn't is no request, and passed over. */
    public static boolean isObjectOrArray(byte[] body) {
        int at = JsonScan.skipBlanks(body, 0);
        return at < body.length && (body[at] == '{' || body[at] == '[');
    }

    private static void decode(
            JsonSchema schema, byte[] text, int at, boolean knownOnly, JsonFields into)
            throws BadJsonException {
        JsonDecoder decoder = new JsonDecoder(text, at, knownOnly);
        decoder.root(schema, into);
        if (decoder.wrong != null) {
            throw new BadJsonException(decoder.wrong);
        }
    }

    // What follows reads what is known to be JSON.

    private void root(JsonSchema schema, JsonFields into) throws BadJsonException {
        if (text[at] == '{') {
            members(schema, into, "");
        } else if (text[at] != 'n') {
            wrong("Go value of type server." + schema.name(), kind());
        }
    }

    private void members(JsonSchema schema, JsonFields into, String path) throws BadJsonException {
        at++;
        skipBlanks();
        while (text[at] != '}') {
            String name = string();
            JsonSchema.Field field = schema.find(name);
            skipBlanks();
            at++;
            skipBlanks();
            if (field == null) {
                if (knownOnly && wrong == null) {
                    wrong = "json: unknown field \"" + Quoted.utf8(name) + '"';
                }
                skipValue();
            } else {
                new Place(schema, field, path + field.path()).read(into);
            }
            skipSeparator();
        }
        at++;
    }

    /** A field whose value is read, with what errors say of it. */
    private final class Place {
        private final JsonSchema schema;
        private final String name;
        private final JsonKind kind;
        private final String path;

        Place(JsonSchema schema, JsonSchema.Field field, String path) {
            this.schema = schema;
            this.name = field.name();
            this.kind = field.kind();
            this.path = path;
        }

        void read(JsonFields into) throws BadJsonException {
            if (kind instanceof Words words) {
                into.put(name, word(words));
            } else if (text[at] == 'n') {
                nothing(into);
            } else {
                switch (kind) {
                    case Plain plain -> plain(plain, into);
                    case Struct struct -> object(struct, into);
                    case Structs structs -> objects(structs, into);
                    case Words words -> throw new IllegalStateException(words.toString());
                }
            }
        }

        private void nothing(JsonFields into) {
            boolean kept =
                    switch (kind) {
                        case Plain plain ->
                                plain != Plain.TIME
                                        && plain != Plain.TEXTS
                                        && plain != Plain.DURATIONS
                                        && plain != Plain.TEXT_MAP;
                        case Struct struct -> !struct.optional();
                        case Structs structs -> false;
                        case Words words -> true;
                    };
            if (!kept) {
                into.remove(name);
            }
            skipValue();
        }

        private void plain(Plain plain, JsonFields into) throws BadJsonException {
            char c = (char) text[at];
            switch (plain) {
                case TEXT -> {
                    if (c == '"') {
                        into.put(name, string());
                        return;
                    }
                }
                case FLAG -> {
                    if (c == 't' || c == 'f') {
                        into.put(name, c == 't');
                        skipValue();
                        return;
                    }
                }
                case INT, INT32, INT64, UINT64, DURATION -> {
                    if (c == '-' || c >= '0' && c <= '9') {
                        number(plain, into);
                        return;
                    }
                }
                case TIME -> {
                    into.put(name, GoTime.parse(rawTime()));
                    return;
                }
                case TEXTS -> {
                    if (c == '[') {
                        into.put(name, texts());
                        return;
                    }
                }
                case DURATIONS -> {
                    if (c == '[') {
                        into.put(name, durations());
                        return;
                    }
                }
                case TEXT_MAP -> {
                    if (c == '{') {
                        textMap(into.map(name));
                        return;
                    }
                }
                case ANYTHING -> {
                    skipValue();
                    return;
                }
            }
            wrongKind(plain.type());
            skipValue();
        }

        private void number(Plain plain, JsonFields into) {
            Long value = number(plain);
            if (value != null) {
                into.put(name, value);
            }
        }

        /** The number that stands here; null if it isn't one of that kind, which is told. */
        private @Nullable Long number(Plain plain) {
            String digits = raw();
            try {
                if (plain == Plain.UINT64) {
                    if (digits.charAt(0) == '-') {
                        throw new NumberFormatException();
                    }
                    long value = Long.parseUnsignedLong(digits);
                    return value < 0 ? Long.MAX_VALUE : value;
                }
                long value = Long.parseLong(digits);
                if (plain != Plain.INT32 || value == (int) value) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            wrong(field(plain.type()), "number " + digits);
            return null;
        }

        private String rawTime() throws BadJsonException {
            String raw = raw();
            if (raw.charAt(0) != '"') {
                throw new BadJsonException("Time.UnmarshalJSON: input is not a JSON string");
            }
            return raw.substring(1, raw.length() - 1);
        }

        private List<String> texts() {
            List<String> texts = new ArrayList<>();
            at++;
            skipBlanks();
            while (text[at] != ']') {
                texts.add(textOrEmpty());
                skipSeparator();
            }
            at++;
            return texts;
        }

        private List<Long> durations() {
            List<Long> durations = new ArrayList<>();
            at++;
            skipBlanks();
            while (text[at] != ']') {
                durations.add(durationOrNone());
                skipSeparator();
            }
            at++;
            return durations;
        }

        private long durationOrNone() {
            char c = (char) text[at];
            if (c == '-' || c >= '0' && c <= '9') {
                Long value = number(Plain.DURATION);
                return value == null ? 0 : value;
            }
            if (c != 'n') {
                wrongKind(Plain.DURATION.type());
            }
            skipValue();
            return 0;
        }

        private void textMap(Map<String, String> into) {
            at++;
            skipBlanks();
            while (text[at] != '}') {
                String key = string();
                skipBlanks();
                at++;
                skipBlanks();
                into.put(key, textOrEmpty());
                skipSeparator();
            }
            at++;
        }

        private String textOrEmpty() {
            if (text[at] == '"') {
                return string();
            }
            if (text[at] != 'n') {
                wrongKind(Plain.TEXT.type());
            }
            skipValue();
            return "";
        }

        private void object(Struct struct, JsonFields into) throws BadJsonException {
            if (text[at] == '{') {
                members(struct.schema(), into.into(name), path + '.');
            } else {
                wrongKind(struct.type());
                skipValue();
            }
        }

        private void objects(Structs structs, JsonFields into) throws BadJsonException {
            if (text[at] != '[') {
                wrongKind(structs.type());
                skipValue();
                return;
            }
            List<JsonFields> objects = new ArrayList<>();
            at++;
            skipBlanks();
            while (text[at] != ']') {
                JsonFields element = new JsonFields();
                if (text[at] == '{') {
                    members(structs.schema(), element, path + '.');
                } else {
                    if (text[at] != 'n') {
                        wrongKind("server." + structs.schema().name());
                    }
                    skipValue();
                }
                objects.add(element);
                skipSeparator();
            }
            at++;
            into.put(name, objects);
        }

        private String word(Words words) throws BadJsonException {
            boolean algorithm = words.rule() == Words.Rule.ALGORITHM;
            if (algorithm && text[at] != '"' && text[at] != 'n') {
                throw new BadJsonException(unmarshal(field(words.type()), kind()));
            }
            if (algorithm && text[at] == '"') {
                String said = string();
                if (words.words().contains(said)) {
                    return said;
                }
            } else {
                String raw = raw();
                String found = word(words, raw);
                if (found != null) {
                    return found;
                }
                if (!words.unknown().isEmpty()) {
                    throw new BadJsonException(words.unknown() + raw);
                }
                if (!algorithm) {
                    throw new BadJsonException("can not unmarshal \"" + Quoted.utf8(raw) + '"');
                }
            }
            throw new BadJsonException("unknown compression algorithm");
        }

        private @Nullable String word(Words words, String raw) {
            if (words.rule() == Words.Rule.EXACT_OR_EMPTY && raw.equals("\"\"")) {
                return words.words().getFirst();
            }
            boolean anyCase = words.rule() == Words.Rule.ANY_CASE;
            for (String word : words.words()) {
                String quoted = '"' + word + '"';
                if (anyCase ? quoted.equalsIgnoreCase(raw) : quoted.equals(raw)) {
                    return word;
                }
            }
            return null;
        }

        private void wrongKind(String type) {
            wrong(field(type), kind());
        }

        private String field(String type) {
            return "Go struct field " + schema.name() + '.' + path + " of type " + type;
        }
    }

    private void wrong(String target, String found) {
        if (wrong == null) {
            wrong = unmarshal(target, found);
        }
    }

    private static String unmarshal(String target, String found) {
        return "json: cannot unmarshal " + found + " into " + target;
    }

    /** What is there. */
    private String kind() {
        return switch (text[at]) {
            case '{' -> "object";
            case '[' -> "array";
            case '"' -> "string";
            case 't', 'f' -> "bool";
            default -> "number";
        };
    }

    private void skipBlanks() {
        at = JsonScan.skipBlanks(text, at);
    }

    private void skipSeparator() {
        skipBlanks();
        if (text[at] == ',') {
            at++;
            skipBlanks();
        }
    }

    /** A value as it stands there. */
    private String raw() {
        int from = at;
        skipValue();
        return new String(text, from, at - from, StandardCharsets.UTF_8);
    }

    /** Goes behind a value, however deep it is. */
    private void skipValue() {
        int depth = 0;
        do {
            switch (text[at]) {
                case '"' -> skipString();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                default -> skipPlain();
            }
        } while (depth > 0);
    }

    /** Goes behind a number, a word, or what stands between two values. */
    private void skipPlain() {
        at++;
        while (at < text.length && ",{}[]\" \t\r\n".indexOf(text[at]) < 0) {
            at++;
        }
    }

    private void skipString() {
        at++;
        while (text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        at++;
    }

    private String string() {
        int from = at + 1;
        skipString();
        String raw = new String(text, from, at - 1 - from, StandardCharsets.UTF_8);
        return raw.indexOf('\\') < 0 ? raw : JsonText.unescaped(raw);
    }
}
