package io.millrace.broker.config;

/** The text isn't configuration; parsing can't go on. */
public final class ConfigSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ConfigProblem problem;

    ConfigSyntaxException(Position at, String message) {
        super(message, null, false, false);
        problem = new ConfigProblem(at, message);
    }

    /** What is wrong, and where. */
    public ConfigProblem problem() {
        return problem;
    }
}
