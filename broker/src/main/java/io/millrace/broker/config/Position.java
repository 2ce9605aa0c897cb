package io.millrace.broker.config;

/**
 * Where something stands in a configuration file.
 *
 * @param file as it was named
 * @param line counted from 1
 * @param column counted from 1, in characters
 */
public record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
