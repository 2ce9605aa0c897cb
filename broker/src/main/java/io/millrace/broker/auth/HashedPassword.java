package io.millrace.broker.auth;

import io.millrace.broker.config.Secret;

import java.util.List;

/**
 * A password or token that is the right one if its bcrypt hash is the configured one.
 *
 * @param wanted the hash
 */
record HashedPassword(Secret wanted, Secret presented) implements Proof {
    @Override
    public boolean holds() {
        return PasswordHash.matches(wanted.value(), presented.value());
    }

    @Override
    public List<String> sameBy() {
        return List.of(wanted.value(), presented.value());
    }
}
