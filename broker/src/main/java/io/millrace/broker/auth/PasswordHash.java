package io.millrace.broker.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.IllegalBCryptFormatException;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;

import io.millrace.broker.config.Secret;
import io.millrace.broker.routing.account.Identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passwords and tokens of the configuration: bcrypt hashes or plain text, told apart and compared
 * as the reference does.
 *
 * <p>A hash begins with {@code $2a$}, {@code $2b$}, {@code $2x$} or {@code $2y$} and two digits of
 * cost; whatever comes behind, it is never taken for plain text. The four are computed alike: over
 * the first 72 bytes of the password in UTF-8, without the errors of old implementations that some
 * of the prefixes stand for. What follows a hash's 60 characters is ignored.
 *
 * <p>No text that this class returns holds any part of a password or a hash.
 */
public final class PasswordHash {
    /** The lowest cost of bcrypt. */
    public static final int MIN_COST = 4;

    /**
     * The highest cost that is computed: some fifteen seconds for one login, and each more doubles
     * that. The reference would go on up to 31, more than a day for every attempt, although its
     * client is gone after the two seconds of {@code authorization.timeout}.
     */
    public static final int MAX_COST = 18;

    /** What of a password goes into a hash, in bytes. */
    public static final int MAX_PASSWORD_BYTES = 72;

    private static final Pattern PREFIX = Pattern.compile("\\$2[abxy]\\$(\\d{2})\\$");
    private static final Pattern WHOLE =
            Pattern.compile("\\$2[abxy]\\$\\d{2}\\$[./A-Za-z0-9]{22}[./A-Za-z0-9]{31}");

    /** Where the salt ends and the hash of the password begins. */
    private static final int SALT_END = 29;

    private static final int END = 60;

    private PasswordHash() {}

    /**
     * Whether a configured password or token is a hash, by its prefix. If not, the reference warns
     * of plain text.
     */
    public static boolean isHashed(String configured) {
        return PREFIX.matcher(configured).lookingAt();
    }

    /**
     * What keeps a configured password from ever matching: a hash that is cut off or has letters
     * that it can't have, or a cost below {@value #MIN_COST} or above {@value #MAX_COST}.
     *
     * @return the reason, to be put behind the key's name; empty if there is none, as for plain
     *     text
     */
    public static String problem(String configured) {
        Matcher prefix = PREFIX.matcher(configured);
        if (!prefix.lookingAt()) {
            return "";
        }
        int cost = Integer.parseInt(prefix.group(1));
        if (cost < MIN_COST || cost > MAX_COST) {
            return "bcrypt cost is " + cost + ", not within " + MIN_COST + " to " + MAX_COST;
        }
        return WHOLE.matcher(configured).lookingAt() ? "" : "bcrypt hash is damaged";
    }

    /**
     * Whether a password is the configured one. Takes as long for a wrong password as for the right
     * one. For a hash that takes milliseconds to seconds, see {@link #MAX_COST}; one that has a
     * {@link #problem} is refused at once.
     */
    public static boolean matches(String configured, String given) {
        if (!isHashed(configured)) {
            return MessageDigest.isEqual(
                    configured.getBytes(StandardCharsets.UTF_8),
                    given.getBytes(StandardCharsets.UTF_8));
        }
        if (!problem(configured).isEmpty()) {
            return false;
        }
        byte[] expected = configured.substring(0, END).getBytes(StandardCharsets.US_ASCII);
        byte[] password = given.getBytes(StandardCharsets.UTF_8);
        byte[] actual;
        try {
            BCrypt.HashData parts = BCrypt.Version.VERSION_2A.parser.parse(expected);
            actual = hasher().hash(parts.cost, parts.rawSalt, password);
        } catch (IllegalBCryptFormatException e) {
            return false;
        } finally {
            Arrays.fill(password, (byte) 0);
        }
        // As text, so that the bits of the last letter that say nothing count too.
        return MessageDigest.isEqual(
                Arrays.copyOfRange(expected, SALT_END, END),
                Arrays.copyOfRange(actual, SALT_END, END));
    }

    /**
     * Hashes a password with a new random salt, under the prefix {@code $2a$}.
     *
     * @param password in UTF-8
     * @param cost {@value #MIN_COST} to {@value #MAX_COST}; each more doubles the time of a login
     * @throws IllegalArgumentException if the cost is out of range, or the password is longer than
     *     {@value #MAX_PASSWORD_BYTES} bytes
     */
    public static String of(byte[] password, int cost) {
        if (cost < MIN_COST || cost > MAX_COST) {
            throw new IllegalArgumentException(
                    "bcrypt cost should be between " + MIN_COST + " and " + MAX_COST);
        }
        if (password.length > MAX_PASSWORD_BYTES) {
            throw new IllegalArgumentException(
                    "password length exceeds " + MAX_PASSWORD_BYTES + " bytes");
        }
        return new String(hasher().hash(cost, password), StandardCharsets.US_ASCII);
    }

    private static BCrypt.Hasher hasher() {
        return BCrypt.with(BCrypt.Version.VERSION_2A, LongPasswordStrategies.none());
    }

    /**
     * Judges a password: at once if it is compared with a plain one, otherwise by a proof.
     *
     * @param identity who it is if the password is right
     */
    static Verdict judge(Identity identity, Secret wanted, String presented) {
        String secret = wanted.value();
        if (isHashed(secret)) {
            return new Verdict.Unproved(
                    identity, new HashedPassword(wanted, new Secret(presented)));
        }
        return matches(secret, presented)
                ? new Verdict.Admitted(identity)
                : new Verdict.Refused("Password doesn't match");
    }
}
