package io.millrace.broker.config;

/** Something that is wrong in a configuration file, or that its author should know. */
public record ConfigProblem(Position at, String message) {
    @Override
    public String toString() {
        return at + ": " + message;
    }
}
