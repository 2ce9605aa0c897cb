package io.millrace.broker.delivery;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * The cluster of a leaf node that a message has come from: nothing goes back there, whichever way
 * it takes. Any thread.
 */
public final class LeafCluster {
    /** Of what comes from no leaf node, or from one whose cluster isn't known. */
    public static final LeafCluster NONE = new LeafCluster("");

    private final String name;

    /** The name with a blank, as it stands in the lines of routes. */
    private final byte[] text;

    private LeafCluster(String name) {
        this.name = name;
        text = (name + " ").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * That of a name.
     *
     * @param name empty for none
     */
    public static LeafCluster of(String name) {
        return name.isEmpty() ? NONE : new LeafCluster(name);
    }

    /** Whether it is the one whose name stands there. */
    public boolean is(Region bytes, int offset, int length) {
        return length == text.length - 1
                && bytes.getByte(offset + length) == ' '
                && bytes.equal(offset, text);
    }

    /** Empty for none. */
    public String name() {
        return name;
    }

    byte[] text() {
        return text;
    }
}
