package io.millrace.broker.process;

/** The signals a server listens to, with what the reference does on each. */
public enum ServerSignal {
    /** Shut down and exit with status 0. */
    INTERRUPT("INT", "interrupt"),
    /** Shut down and exit with status 0, unless lame duck mode runs, which ends by itself. */
    TERMINATE("TERM", "terminated"),
    /** Reopen the log file. */
    REOPEN_LOG("USR1", "user defined signal 1"),
    /** Enter lame duck mode. */
    LAME_DUCK("USR2", "user defined signal 2"),
    /** Reload the configuration. */
    RELOAD("HUP", "hangup");

    private final String posixName;
    private final String description;

    ServerSignal(String posixName, String description) {
        this.posixName = posixName;
        this.description = description;
    }

    /** POSIX's name without SIG, as {@code kill -s} takes it. */
    public String posixName() {
        return posixName;
    }

    /** The words of the reference's line {@code Trapped "hangup" signal}. */
    public String description() {
        return description;
    }
}
