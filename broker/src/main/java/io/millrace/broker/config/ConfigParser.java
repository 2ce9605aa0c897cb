package io.millrace.broker.config;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the configuration language into a tree.
 *
 * <p>The language is the reference's: keys and values parted by {@code =}, {@code :} or blanks;
 * {@code #} and {@code //} comments; maps, arrays, four kinds of strings; numbers with size
 * suffixes; {@code $variables} looked up from the innermost map outwards and then in the
 * environment; {@code include} relative to the including file; JSON as it is. Unlike the reference,
 * nesting, includes and references are bounded, so that no file can exhaust stack or memory.
 */
public final class ConfigParser {
    /** Deepest nesting of maps and arrays; nobody writes a hundredth of it. */
    private static final int MAX_DEPTH = 512;

    /** Longest chain of includes and of environment variables that name another. */
    private static final int MAX_CHAIN = 32;

    /**
     * Largest configuration, in characters: its files together, and every reference counted as if
     * its value stood there. Else a few lines of references could stand for endlessly many values.
     */
    private static final long MAX_EXTENT = ConfigSource.MAX_FILE_BYTES;

    /** Bcrypt hashes begin like a variable. */
    private static final String BCRYPT = "2a$";

    /** A key while its map is being read. */
    private static final class Slot {
        final Position at;
        final ConfigValue value;
        boolean isVariable;

        Slot(Position at, ConfigValue value) {
            this.at = at;
            this.value = value;
        }
    }

    /** What a file shares with the files it includes and the variables it refers to. */
    private static final class Shared {
        final ConfigSource source;
        final Set<String> openFiles = new LinkedHashSet<>();
        final Set<String> openVariables = new LinkedHashSet<>();
        long extent;

        Shared(ConfigSource source) {
            this.source = source;
        }
    }

    private final Shared shared;

    /** The maps around the place being read, the innermost first. */
    private final Deque<Map<String, Slot>> scopes = new ArrayDeque<>();

    private final ConfigText text;
    private final String file;
    private int depth;

    private ConfigParser(Shared shared, String file, String content, int depth)
            throws ConfigSyntaxException {
        this.shared = shared;
        this.file = file;
        this.text = new ConfigText(file, content);
        this.depth = depth;
        grow(text.position(), content.length());
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it can't be read; the message names it
     * @throws ConfigSyntaxException if it isn't configuration, or includes something that isn't
     */
    public static ConfigValue.Table parse(ConfigSource source, String file)
            throws IOException, ConfigSyntaxException {
        Shared shared = new Shared(source);
        shared.openFiles.add(source.identity(file));
        return new ConfigParser(shared, file, source.read(file), 0).document();
    }

    private ConfigValue.Table document() throws ConfigSyntaxException {
        Position at = text.position();
        Map<String, Slot> slots = new LinkedHashMap<>();
        entries(slots);
        return table(at, slots);
    }

    private void entries(Map<String, Slot> slots) throws ConfigSyntaxException {
        scopes.push(slots);
        text.skipSpaceAnd(",;");
        if (text.peek() == '{') {
            // A whole document in braces: JSON.
            text.next();
            map(slots);
            text.skipSpaceAnd(",;");
            if (text.peek() != ConfigText.END) {
                throw fail("expected nothing behind the closing '}'");
            }
        } else {
            while (text.peek() != ConfigText.END) {
                entry(slots, "a top-level value to end with a new line, comment or EOF");
                if (text.peek() == '}') {
                    throw fail("'}' closes nothing");
                }
                text.skipSpaceAnd(",;");
            }
        }
        scopes.pop();
    }

    /** The entries of a map, behind its opening brace, and the closing one. */
    private void map(Map<String, Slot> slots) throws ConfigSyntaxException {
        Position opened = text.position();
        while (true) {
            text.skipSpaceAnd(",;");
            int c = text.peek();
            if (c == ConfigText.END) {
                throw new ConfigSyntaxException(opened, "map is never closed: no '}'");
            }
            if (c == '}') {
                text.next();
                return;
            }
            entry(slots, "a map value terminator ',' or a map terminator '}'");
        }
    }

    private void entry(Map<String, Slot> slots, String terminators) throws ConfigSyntaxException {
        Position at = text.position();
        boolean quoted = text.peek() == '"' || text.peek() == '\'';
        String key = key();
        if (!quoted && key.startsWith("}")) {
            throw new ConfigSyntaxException(at, "'}' closes nothing");
        }
        if (!quoted && key.equalsIgnoreCase("include") && !nextIsSeparator()) {
            include(slots);
        } else {
            skipToValue();
            slots.put(key, new Slot(at, value()));
        }
        text.skipBlanks();
        int c = text.peek();
        if (!(c == ConfigText.END
                || c == '\n'
                || c == '\r'
                || c == ','
                || c == ';'
                || c == '}'
                || text.atComment())) {
            throw fail(
                    "Expected "
                            + terminators
                            + ", but got '"
                            + (char) c
                            + "' instead."
                            + (Character.isLetterOrDigit(c)
                                    ? " A value with blanks in it needs quotes."
                                    : ""));
        }
    }

    private String key() throws ConfigSyntaxException {
        int first = text.peek();
        if (first == '=' || first == ':') {
            throw fail("Unexpected key separator '" + (char) first + "'");
        }
        if (first == '"' || first == '\'') {
            text.next();
            return quoted((char) first);
        }
        int start = text.offset();
        while (true) {
            int c = text.peek();
            if (c == ConfigText.END || Character.isWhitespace(c) || c == '=' || c == ':') {
                break;
            }
            text.next();
        }
        return text.since(start);
    }

    private boolean nextIsSeparator() {
        int ahead = 0;
        while (text.peek(ahead) == ' ' || text.peek(ahead) == '\t') {
            ahead++;
        }
        return text.peek(ahead) == '=' || text.peek(ahead) == ':';
    }

    private void skipToValue() throws ConfigSyntaxException {
        while (Character.isWhitespace(text.peek())) {
            text.next();
        }
        if (text.peek() == '=' || text.peek() == ':') {
            text.next();
        }
        text.skipBlanks();
        if (text.peek() == ConfigText.END) {
            throw fail("config is invalid: a key without a value");
        }
    }

    private ConfigValue value() throws ConfigSyntaxException {
        Position at = text.position();
        switch (text.peek()) {
            case '{' -> {
                deeper(at);
                text.next();
                Map<String, Slot> slots = new LinkedHashMap<>();
                scopes.push(slots);
                map(slots);
                scopes.pop();
                depth--;
                return table(at, slots);
            }
            case '[' -> {
                deeper(at);
                text.next();
                ConfigValue.Array array = array(at);
                depth--;
                return array;
            }
            case '"', '\'' -> {
                char quote = (char) text.next();
                return new ConfigValue.Text(at, quoted(quote));
            }
            case '(' -> {
                text.next();
                return new ConfigValue.Text(at, block(at));
            }
            case '.' ->
                    throw fail(
                            "Floats must start with a digit; strings that start with '.' need"
                                    + " quotes");
            case '\n', '\r' ->
                    throw fail(
                            "Expected value but found new line; a map is written in braces, and an"
                                    + " empty string as ''");
            case ConfigText.END -> throw fail("Expected value but found the end of the file");
            default -> {
                return bare(at);
            }
        }
    }

    private void deeper(Position at) throws ConfigSyntaxException {
        if (++depth > MAX_DEPTH) {
            throw new ConfigSyntaxException(
                    at, "maps and arrays are nested more than " + MAX_DEPTH + " deep");
        }
    }

    private void grow(Position at, long characters) throws ConfigSyntaxException {
        shared.extent += characters;
        if (shared.extent > MAX_EXTENT) {
            throw new ConfigSyntaxException(
                    at,
                    "configuration is larger than "
                            + MAX_EXTENT
                            + " characters, includes and variables counted");
        }
    }

    private ConfigValue.Array array(Position at) throws ConfigSyntaxException {
        List<ConfigValue> values = new ArrayList<>();
        while (true) {
            text.skipSpaceAnd(",");
            int c = text.peek();
            if (c == ConfigText.END) {
                throw new ConfigSyntaxException(at, "array is never closed: no ']'");
            }
            if (c == ']') {
                text.next();
                return new ConfigValue.Array(at, List.copyOf(values));
            }
            values.add(value());
            text.skipBlanks();
            c = text.peek();
            if (c != ']' && c != ',' && c != '\n' && c != '\r' && !text.atComment()) {
                if (c == ConfigText.END) {
                    continue;
                }
                throw fail(
                        "Expected an array value terminator ',' or an array terminator ']', but got"
                                + " '"
                                + (char) c
                                + "' instead.");
            }
        }
    }

    private static ConfigValue.Table table(Position at, Map<String, Slot> slots) {
        Map<String, ConfigValue.Entry> entries = LinkedHashMap.newLinkedHashMap(slots.size());
        slots.forEach(
                (key, slot) ->
                        entries.put(
                                key, new ConfigValue.Entry(slot.at, slot.value, slot.isVariable)));
        return new ConfigValue.Table(at, Collections.unmodifiableMap(entries));
    }

    // --- strings

    private String quoted(char quote) throws ConfigSyntaxException {
        Position at = text.position();
        StringBuilder value = new StringBuilder();
        while (true) {
            int c = text.next();
            if (c == ConfigText.END) {
                throw new ConfigSyntaxException(at, "string is never closed: no " + quote);
            }
            if (c == quote) {
                return value.toString();
            }
            if (c == '\\' && quote == '"') {
                escape(value);
            } else {
                value.append((char) c);
            }
        }
    }

    private void escape(StringBuilder value) throws ConfigSyntaxException {
        Position at = text.position();
        int c = text.next();
        switch (c) {
            case 'x' -> {
                int high = Character.digit(text.next(), 16);
                int low = Character.digit(text.next(), 16);
                if (high < 0 || low < 0) {
                    throw new ConfigSyntaxException(
                            at, "Expected two hexadecimal digits after '\\x'");
                }
                value.append((char) (high * 16 + low));
            }
            case 't' -> value.append('\t');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case '"' -> value.append('"');
            case '\\' -> value.append('\\');
            default ->
                    throw new ConfigSyntaxException(
                            at,
                            "Invalid escape character. Only the following escape characters are"
                                    + " allowed: \\xXX, \\t, \\n, \\r, \\\", \\\\.");
        }
    }

    /** A block string: up to a closing parenthesis alone on its line. */
    private String block(Position at) throws ConfigSyntaxException {
        int start = text.offset();
        while (true) {
            int c = text.next();
            if (c == ConfigText.END) {
                throw new ConfigSyntaxException(at, "Unexpected EOF processing block.");
            }
            if (c == '\n' && text.peek() == ')' && lineEndsAfterParenthesis()) {
                String block = text.since(start);
                text.next();
                return block;
            }
        }
    }

    private boolean lineEndsAfterParenthesis() {
        int c = text.peek(1);
        return c == '\n' || c == ConfigText.END || c == '\r' && text.peek(2) == '\n';
    }

    private ConfigValue bare(Position at) throws ConfigSyntaxException {
        StringBuilder word = new StringBuilder();
        boolean escaped = false;
        while (true) {
            int c = text.peek();
            if (c == ConfigText.END
                    || Character.isWhitespace(c)
                    || c == ','
                    || c == ';'
                    || c == ']'
                    || c == '}') {
                break;
            }
            text.next();
            if (c == '\\') {
                escape(word);
                escaped = true;
            } else {
                word.append((char) c);
            }
        }
        String value = word.toString();
        if (value.isEmpty()) {
            throw new ConfigSyntaxException(
                    at, "Expected value but found '" + (char) text.peek() + "'");
        }
        if (escaped) {
            return new ConfigValue.Text(at, value);
        }
        if (value.length() > 1 && value.charAt(0) == '$') {
            return variable(at, value.substring(1));
        }
        return BareWord.value(at, value);
    }

    // --- variables and includes

    private ConfigValue variable(Position at, String name) throws ConfigSyntaxException {
        if (name.startsWith(BCRYPT)) {
            return new ConfigValue.Text(at, "$" + name);
        }
        for (Map<String, Slot> scope : scopes) {
            Slot slot = scope.get(name);
            if (slot != null) {
                slot.isVariable = true;
                measure(at, slot.value);
                return slot.value;
            }
        }
        if (!shared.openVariables.add(name)) {
            throw new ConfigSyntaxException(at, "variable reference cycle for '" + name + "'");
        }
        if (shared.openVariables.size() > MAX_CHAIN) {
            throw new ConfigSyntaxException(at, "variables refer to each other too deeply");
        }
        try {
            String value = shared.source.environment(name);
            if (value == null) {
                throw new ConfigSyntaxException(
                        at,
                        "variable reference for '"
                                + name
                                + "' can not be found; strings that start with '$' need quotes");
            }
            return environmentValue(at, name, value);
        } finally {
            shared.openVariables.remove(name);
        }
    }

    /** Counts a value once more: it stands here, too. */
    private void measure(Position at, ConfigValue value) throws ConfigSyntaxException {
        grow(at, 1);
        switch (value) {
            case ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries) -> {
                deeper(at);
                for (Map.Entry<String, ConfigValue.Entry> entry : entries.entrySet()) {
                    grow(at, entry.getKey().length());
                    measure(at, entry.getValue().value());
                }
                depth--;
            }
            case ConfigValue.Array(Position _, List<ConfigValue> values) -> {
                deeper(at);
                for (ConfigValue element : values) {
                    measure(at, element);
                }
                depth--;
            }
            case ConfigValue.Text(Position _, String string) -> grow(at, string.length());
            default -> {}
        }
    }

    /** What stands in the environment is configuration, too. */
    private ConfigValue environmentValue(Position at, String name, String value)
            throws ConfigSyntaxException {
        try {
            return new ConfigParser(shared, Position.environment(name), value.strip(), depth)
                    .loneValue();
        } catch (ConfigSyntaxException e) {
            throw new ConfigSyntaxException(
                    at,
                    "variable reference for '" + name + "' could not be parsed: " + e.getMessage());
        }
    }

    /**
     * A value and nothing else. As for the reference, nothing at all is an empty string, and braces
     * behind the value close nothing and mean nothing.
     */
    private ConfigValue loneValue() throws ConfigSyntaxException {
        Position at = text.position();
        boolean empty = text.peek() == ConfigText.END || ",;}".indexOf(text.peek()) >= 0;
        ConfigValue value = empty ? new ConfigValue.Text(at, "") : value();
        text.skipSpaceAnd(",;}");
        if (text.peek() != ConfigText.END) {
            throw fail("expected one value, but more follows");
        }
        return value;
    }

    private void include(Map<String, Slot> slots) throws ConfigSyntaxException {
        text.skipBlanks();
        Position at = text.position();
        String named = IncludePath.read(text);
        try {
            include(slots, at, named);
        } catch (IOException e) {
            throw new ConfigSyntaxException(
                    at, "error parsing include file '" + named + "': " + e.getMessage());
        }
    }

    private void include(Map<String, Slot> slots, Position at, String named)
            throws IOException, ConfigSyntaxException {
        String path = shared.source.resolve(file, named);
        String identity = shared.source.identity(path);
        if (!shared.openFiles.add(identity)) {
            throw new ConfigSyntaxException(at, "include cycle: '" + named + "' includes itself");
        }
        if (shared.openFiles.size() > MAX_CHAIN) {
            throw new ConfigSyntaxException(at, "includes are nested too deeply");
        }
        try {
            new ConfigParser(shared, path, shared.source.read(path), depth)
                    .document()
                    .entries()
                    .forEach(
                            (key, entry) -> {
                                Slot slot = new Slot(entry.at(), entry.value());
                                slot.isVariable = entry.isVariable();
                                slots.put(key, slot);
                            });
        } finally {
            shared.openFiles.remove(identity);
        }
    }

    private ConfigSyntaxException fail(String message) {
        return new ConfigSyntaxException(text.position(), message);
    }
}
