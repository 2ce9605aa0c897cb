package io.millrace.broker.system;

import io.millrace.broker.system.OptionNames.Option;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the options of a request from its body, by the rules of Go's {@code encoding/json}: names
 * in any case, unknown ones are passed over, of two values the last counts, {@code null} changes
 * nothing, and of what is of the wrong kind the first is told.
 */
final class OptionsReader {
    private final OptionNames names;
    private final byte[] text;
    private final RequestOptions options = new RequestOptions();
    private int at;
    private @Nullable BadJsonException wrong;

    /**
     * Far longer than any request is; what it asks for is compared with much, and a request over
     * HTTP is no longer either.
     */
    static final int MAX_BYTES = 16 * 1024;

    private OptionsReader(OptionNames names, byte[] text) {
        this.names = names;
        this.text = text;
    }

    /**
     * Reads them.
     *
     * @param body empty for none
     * @throws BadJsonException if it isn't JSON, or not of the right kind, or longer than {@link
     *     #MAX_BYTES}
     */
    static RequestOptions read(OptionNames names, byte[] body) throws BadJsonException {
        if (body.length == 0) {
            return RequestOptions.NONE;
        }
        if (body.length > MAX_BYTES) {
            throw new BadJsonException("request is longer than " + MAX_BYTES + " bytes");
        }
        JsonSyntax.check(body);
        OptionsReader reader = new OptionsReader(names, body);
        reader.root();
        if (reader.wrong != null) {
            throw reader.wrong;
        }
        return reader.options;
    }

    // What follows reads what is known to be JSON.

    private void root() {
        skipBlanks();
        if (text[at] == '{') {
            members();
        } else if (text[at] != 'n') {
            wrong("Go value of type server." + names.all(), kind());
        }
    }

    private void members() {
        at++;
        skipBlanks();
        while (text[at] != '}') {
            Option option = names.find(string());
            skipBlanks();
            at++;
            skipBlanks();
            if (option == null || text[at] == 'n') {
                skipValue();
            } else if (option.kind() == OptionKind.TEXTS && text[at] == '[') {
                texts(option);
            } else {
                scalar(option);
            }
            skipSeparator();
        }
    }

    private void scalar(Option option) {
        char c = (char) text[at];
        if (c == '"' && option.kind().isText()) {
            options.put(option.name(), string());
        } else if ((c == 't' || c == 'f') && option.kind() == OptionKind.FLAG) {
            options.put(option.name(), c == 't');
            skipValue();
        } else if ((c == '-' || Character.isDigit(c)) && option.kind().isNumber()) {
            number(option);
        } else {
            wrong(option, option.kind().type());
            skipValue();
        }
    }

    private void number(Option option) {
        int from = at;
        skipValue();
        String digits = new String(text, from, at - from, StandardCharsets.US_ASCII);
        boolean unsigned = option.kind() == OptionKind.UNSIGNED;
        boolean whole = digits.matches(unsigned ? "[0-9]{1,20}" : "-?[0-9]{1,19}");
        BigInteger value = whole ? new BigInteger(digits) : BigInteger.ZERO;
        if (!whole || value.bitLength() > (unsigned ? Long.SIZE : Long.SIZE - 1)) {
            wrong(field(option, option.kind().type()), "number " + digits);
            return;
        }
        options.put(option.name(), value.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
    }

    private void texts(Option option) {
        List<String> texts = new ArrayList<>();
        at++;
        skipBlanks();
        while (text[at] != ']') {
            if (text[at] == '"') {
                texts.add(string());
            } else {
                if (text[at] != 'n') {
                    wrong(option, OptionKind.TEXT.type());
                }
                texts.add("");
                skipValue();
            }
            skipSeparator();
        }
        at++;
        options.put(option.name(), texts);
    }

    private void wrong(Option option, String type) {
        wrong(field(option, type), kind());
    }

    private static String field(Option option, String type) {
        return "Go struct field " + option.path() + " of type " + type;
    }

    private void wrong(String target, String found) {
        if (wrong == null) {
            wrong = new BadJsonException("json: cannot unmarshal " + found + " into " + target);
        }
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
        while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
            at++;
        }
    }

    private void skipSeparator() {
        skipBlanks();
        if (text[at] == ',') {
            at++;
            skipBlanks();
        }
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
        return raw.indexOf('\\') < 0 ? raw : unescaped(raw);
    }

    private static String unescaped(String raw) {
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escape = raw.charAt(++i);
            switch (escape) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(raw.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> plain.append(escape);
            }
        }
        return plain.toString();
    }
}
