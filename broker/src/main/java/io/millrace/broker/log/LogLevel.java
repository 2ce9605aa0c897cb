package io.millrace.broker.log;

/** The levels of the reference, each with the tag its lines carry. */
public enum LogLevel {
    /** Normal events of a server's life. */
    INFO("INF", "32"),
    /** Details that help to find a fault; written only with {@code debug}. */
    DEBUG("DBG", "36"),
    /** Something an operator should look at. */
    WARN("WRN", "0;93"),
    /** Something failed. */
    ERROR("ERR", "31"),
    /** The server cannot go on. */
    FATAL("FTL", "31"),
    /** Protocol operations as they pass; written only with {@code trace}. */
    TRACE("TRC", "33");

    private final String tag;
    private final String plainLabel;
    private final String colouredLabel;

    LogLevel(String tag, String colour) {
        this.tag = tag;
        this.plainLabel = "[" + tag + "] ";
        this.colouredLabel = "[\u001b[" + colour + "m" + tag + "\u001b[0m] ";
    }

    /** Three letters, such as {@code INF}. */
    public String tag() {
        return tag;
    }

    /** The tag in brackets with a trailing blank; in the reference's ANSI colours if asked. */
    String label(boolean coloured) {
        return coloured ? colouredLabel : plainLabel;
    }
}
