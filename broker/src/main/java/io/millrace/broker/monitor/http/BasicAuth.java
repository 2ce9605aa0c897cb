package io.millrace.broker.monitor.http;

import io.millrace.broker.auth.PasswordHash;
import io.millrace.broker.config.monitor.MonitorOptions;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The user and password of the monitoring server. The thread that answers, as a hash takes its
 * time; {@link #remembers} any thread.
 *
 * <p>What a bcrypt hash has allowed once is remembered by its digest; after one that was wrong the
 * next is looked at only some time later, so that guessing can't keep the thread busy.
 */
final class BasicAuth {
    /** What becomes of a request. */
    enum Verdict {
        ALLOWED,
        REFUSED,
        /** Somebody was wrong just now. */
        LATER
    }

    private static final String SCHEME = "basic ";
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final boolean required;
    private final boolean hashed;
    private final byte[] user;
    private final String password;
    private final LongSupplier clockNs;
    private volatile byte @Nullable [] allowed;
    private boolean wrong;
    private long wrongNs;

    BasicAuth(MonitorOptions options, LongSupplier clockNs) {
        required = !options.username().isEmpty();
        password = options.password().value();
        hashed = PasswordHash.isHashed(password);
        user = digest(options.username().getBytes(StandardCharsets.UTF_8));
        this.clockNs = clockNs;
    }

    /** Whether not everybody may look. */
    boolean isRequired() {
        return required;
    }

    /**
     * Whether nothing is asked for, or this was allowed before.
     *
     * @param authorization the header; null if there is none
     */
    boolean remembers(@Nullable String authorization) {
        if (!required) {
            return true;
        }
        byte[] before = allowed;
        byte[] said = authorization == null || before == null ? null : decoded(authorization);
        return said != null && MessageDigest.isEqual(digest(said), before);
    }

    /**
     * Looks at what a request proves itself with.
     *
     * @param authorization the header; null if there is none
     */
    synchronized Verdict judge(@Nullable String authorization) {
        if (!required) {
            return Verdict.ALLOWED;
        }
        byte[] said = authorization == null ? null : decoded(authorization);
        int colon = said == null ? -1 : indexOfColon(said);
        if (said == null || colon < 0) {
            return Verdict.REFUSED;
        }
        byte[] digest = digest(said);
        byte[] before = allowed;
        if (before != null && MessageDigest.isEqual(digest, before)) {
            return Verdict.ALLOWED;
        }
        if (hashed && wrong && clockNs.getAsLong() - wrongNs < PAUSE_NS) {
            return Verdict.LATER;
        }
        byte[] name = Arrays.copyOf(said, colon);
        String secret =
                new String(said, colon + 1, said.length - colon - 1, StandardCharsets.UTF_8);
        boolean rightName = MessageDigest.isEqual(digest(name), user);
        if (PasswordHash.matches(password, secret) & rightName) {
            allowed = digest;
            return Verdict.ALLOWED;
        }
        wrong = true;
        wrongNs = clockNs.getAsLong();
        return Verdict.REFUSED;
    }

    private static byte @Nullable [] decoded(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int indexOfColon(byte[] said) {
        for (int i = 0; i < said.length; i++) {
            if (said[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
