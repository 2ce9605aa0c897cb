package io.millrace.broker.routing.match;

import io.millrace.protocol.Region;

import java.util.Arrays;

/**
 * The name of a queue group, to be looked up: with a hash that nobody can foresee, lest somebody
 * chooses names that all have the same one.
 */
final class GroupName {
    final byte[] bytes;
    private final int hash;

    GroupName(byte[] bytes) {
        this.bytes = bytes;
        this.hash = (int) Region.hash(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupName name
                && name.hash == hash
                && Arrays.equals(name.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
