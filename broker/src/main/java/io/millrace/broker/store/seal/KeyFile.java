package io.millrace.broker.store.seal;

import io.millrace.broker.store.disk.WholeFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The file in which a store's data key lies, encrypted under the configured key:
 *
 * <pre>{@code
 * {
 *   "format": "millrace-key",
 *   "version": 1,
 *   "cipher": "chacha",
 *   "salt": "32 bytes as digits",
 *   "key": "the data key and its tag, 48 bytes"
 * }
 * }</pre>
 *
 * <p>What encrypts it is made of the configured key and of the salt by HKDF-SHA256. The salt is
 * another one each time the file is written, so one nonce is enough. At the start, and it blocks;
 * any thread.
 */
public final class KeyFile {
    /** Its name in the store's directory. */
    public static final String FILE = "store.key";

    /** Its name until it is whole. */
    public static final String UNFINISHED = "store.key.new";

    private static final int WRAPPED = 3;
    private static final int SALT_BYTES = 32;

    /** More isn't what we write. */
    private static final int MOST_BYTES = 4096;

    private static final byte[] PURPOSE = "millrace store key".getBytes(StandardCharsets.US_ASCII);

    private static final Pattern JSON =
            Pattern.compile(
                    "\\s*\\{\\s*\"format\"\\s*:\\s*\"millrace-key\"\\s*,\\s*\"version\"\\s*:\\s*1"
                            + "\\s*,\\s*\"cipher\"\\s*:\\s*\"(?<cipher>chacha|aes)\"\\s*"
                            + ",\\s*\"salt\"\\s*:\\s*\"(?<salt>[0-9a-f]{64})\"\\s*"
                            + ",\\s*\"key\"\\s*:\\s*\"(?<key>[0-9a-f]{96})\"\\s*\\}\\s*");

    private final Path directory;
    private final RandomGenerator random;

    /** That of a directory; nothing is read yet. */
    public KeyFile(Path directory, RandomGenerator random) {
        this.directory = directory;
        this.random = random;
    }

    /** Makes a data key and the file. */
    public StoreKey make(StoreSecrets secrets) throws IOException {
        StoreKey made = StoreKey.random(secrets.cipher(), random);
        write(made, secrets.key());
        return made;
    }

    /**
     * Reads the data key. If it only opens with the previous key, the file is written anew with the
     * present one; a crash leaves the one file or the other.
     *
     * @throws SealRefusedException if neither opens it, or it is damaged
     */
    public StoreKey open(StoreSecrets secrets) throws IOException {
        Path file = directory.resolve(FILE);
        Matcher json = JSON.matcher(read(file));
        if (!json.matches()) {
            throw new SealRefusedException(
                    file
                            + " is damaged: put it back from a backup, without it nothing in the"
                            + " store can be read");
        }
        StoreCipher cipher = StoreCipher.valueOf(json.group("cipher").toUpperCase(Locale.ROOT));
        byte[] salt = HexFormat.of().parseHex(json.group("salt"));
        byte[] wrapped = HexFormat.of().parseHex(json.group("key"));
        byte[] data = wrapped.clone();
        if (opens(cipher, secrets.key(), salt, data)) {
            return unwrapped(cipher, data);
        }
        data = wrapped.clone();
        if (!secrets.previousKey().isEmpty() && opens(cipher, secrets.previousKey(), salt, data)) {
            StoreKey key = unwrapped(cipher, data);
            write(key, secrets.key());
            return key;
        }
        throw new SealRefusedException(
                "store directory "
                        + directory
                        + " is encrypted with another key: configure that one as key, or as"
                        + " prev_key to have it replaced");
    }

    private StoreKey unwrapped(StoreCipher cipher, byte[] data) {
        return StoreKey.of(cipher, Arrays.copyOf(data, StoreKey.BYTES), random);
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.size(file) > MOST_BYTES
                    ? ""
                    : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new SealRefusedException(
                    file
                            + " is missing: put it back from a backup, without it nothing in the"
                            + " store can be read");
        }
    }

    private static boolean opens(StoreCipher cipher, String key, byte[] salt, byte[] data) {
        return new Aead(cipher).open(wrapping(cipher, key, salt), WRAPPED, 0, data, data.length);
    }

    private static FileKey wrapping(StoreCipher cipher, String key, byte[] salt) {
        try {
            byte[] made =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveData(
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(key.getBytes(StandardCharsets.UTF_8))
                                            .addSalt(salt)
                                            .thenExpand(PURPOSE, StoreKey.BYTES));
            return new FileKey(new SecretKeySpec(made, cipher.algorithm()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }

    /** Writes it, durably; whole or not at all. */
    private void write(StoreKey data, String key) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] wrapped = Arrays.copyOf(data.data(), StoreKey.BYTES + Aead.TAG_BYTES);
        data.aead().seal(wrapping(data.cipher(), key, salt), WRAPPED, 0, wrapped, StoreKey.BYTES);
        String json =
                String.format(
                        Locale.ROOT,
                        "{%n  \"format\": \"millrace-key\",%n  \"version\": 1,%n"
                                + "  \"cipher\": \"%s\",%n  \"salt\": \"%s\",%n"
                                + "  \"key\": \"%s\"%n}%n",
                        data.cipher().name().toLowerCase(Locale.ROOT),
                        HexFormat.of().formatHex(salt),
                        HexFormat.of().formatHex(wrapped));
        WholeFile.write(directory, FILE, UNFINISHED, json.getBytes(StandardCharsets.US_ASCII));
    }
}
