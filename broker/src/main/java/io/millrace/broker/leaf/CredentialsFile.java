package io.millrace.broker.leaf;

import io.millrace.broker.config.Secret;
import io.millrace.protocol.Nkey;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with what a user proves itself with: a JWT, and the seed of the key that it is about, each
 * between lines of dashes.
 *
 * @param jwt what the operator has signed
 * @param seed what the nonce is to be signed with
 */
public record CredentialsFile(String jwt, Secret seed) {
    private static final Pattern ITEM =
            Pattern.compile("-{3,}.*-{3,}\\r?\\n([\\w\\-.=]+)\\r?\\n-{3,}.*-{3,}(?:\\r?\\n|\\z)");

    /** A larger file is something else. */
    private static final int MOST_BYTES = 1024 * 1024;

    /**
     * Reads a file; may take a while.
     *
     * @throws IOException if it can't be read, or isn't one; the message shows nothing of it
     */
    public static CredentialsFile read(String path) throws IOException {
        Matcher found = ITEM.matcher(text(Path.of(path)));
        List<String> items = new ArrayList<>();
        while (found.find()) {
            items.add(found.group(1));
        }
        if (items.size() < 2) {
            throw new IOException("Credentials file malformed");
        }
        if (!Nkey.isUserSeed(items.get(1))) {
            throw new IOException("Credentials file has malformed seed");
        }
        return new CredentialsFile(items.get(0), new Secret(items.get(1)));
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("Credentials file malformed");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("open " + file + ": no such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("open " + file + ": permission denied", e);
        } catch (CharacterCodingException e) {
            throw new IOException("Credentials file malformed", e);
        }
    }
}
