package io.millrace.broker.config;

/**
 * Where something stands in a configuration file.
 *
 * @param file as it was named; {@code $NAME} for what stands in a variable of the environment
 * @param line counted from 1
 * @param column counted from 1, in characters
 */
public record Position(String file, int line, int column) {
    /** What the file of a variable of the environment is called. */
    static String environment(String name) {
        return "$" + name;
    }

    /** Whether it is in a variable of the environment. */
    boolean isInEnvironment() {
        return file.startsWith("$");
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
