package io.millrace.broker.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files of certificates and keys. */
final class TlsFile {
    /** Every authority there is takes a tenth of it. */
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    private TlsFile() {}

    static String read(String file) throws TlsFileException {
        byte[] content;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new TlsFileException("open " + file + ": no such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new TlsFileException("open " + file + ": permission denied", e);
        } catch (IOException e) {
            throw new TlsFileException("read " + file + ": " + e.getMessage(), e);
        } catch (InvalidPathException e) {
            throw new TlsFileException("open: not the name of a file: " + e.getMessage(), e);
        }
        if (content.length > MAX_BYTES) {
            throw new TlsFileException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
