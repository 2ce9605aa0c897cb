package io.millrace.broker.process;

/** The name the server was started under. */
public final class Program {
    /** The system property with that name; the launcher sets it to the name of its own link. */
    public static final String PROPERTY = "millrace.program";

    private Program() {}

    /** Such as {@code nats-server}; {@code millrace} where nobody set it. */
    public static String name() {
        return System.getProperty(PROPERTY, "millrace");
    }
}
