package io.millrace.broker.config.leaf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path that may begin at the user's home and name variables of the environment. */
final class HomePath {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

    private HomePath() {}

    /** The path without {@code ~} and variables; those that aren't set are nothing. */
    static String expanded(String path) {
        String plain =
                VARIABLE.matcher(path)
                        .replaceAll(
                                found -> {
                                    String name =
                                            found.group(1) == null
                                                    ? found.group(2)
                                                    : found.group(1);
                                    String value = System.getenv(name);
                                    return Matcher.quoteReplacement(value == null ? "" : value);
                                });
        return plain.startsWith("~") ? System.getProperty("user.home") + plain.substring(1) : plain;
    }
}
