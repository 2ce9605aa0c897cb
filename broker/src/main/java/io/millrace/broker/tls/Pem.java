package io.millrace.broker.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The text form of certificates and keys (RFC 7468, and the headers of RFC 1421 that older tools
 * write). What stands outside of the blocks is ignored, as everywhere.
 */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /**
     * One block.
     *
     * @param label what it says it is, such as {@code CERTIFICATE}
     * @param encrypted whether its content can only be read with a password
     * @param der what it holds
     */
    record Block(String label, boolean encrypted, byte[] der) {
        @Override
        public String toString() {
            return "Block[" + label + "]";
        }
    }

    /**
     * Reads all blocks.
     *
     * @throws TlsFileException if a block is never closed, or isn't base 64
     */
    static List<Block> read(String text) throws TlsFileException {
        List<Block> blocks = new ArrayList<>();
        String label = "";
        boolean encrypted = false;
        StringBuilder content = new StringBuilder();
        for (String written : (Iterable<String>) text.lines()::iterator) {
            String line = written.strip();
            if (label.isEmpty()) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    label = label(line, BEGIN);
                    encrypted = label.startsWith("ENCRYPTED ");
                    content.setLength(0);
                }
            } else if (line.startsWith(END)) {
                if (!line.equals(END + label + DASHES)) {
                    throw new TlsFileException("the block " + label + " is never closed");
                }
                blocks.add(new Block(label, encrypted, decode(label, content)));
                label = "";
            } else if (line.indexOf(':') >= 0) {
                encrypted |= line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED");
            } else {
                content.append(line);
            }
        }
        if (!label.isEmpty()) {
            throw new TlsFileException("the block " + label + " is never closed");
        }
        return blocks;
    }

    private static String label(String line, String start) throws TlsFileException {
        int end = line.length() - DASHES.length();
        String label = end > start.length() ? line.substring(start.length(), end).strip() : "";
        if (label.isEmpty()) {
            throw new TlsFileException("a block has no label");
        }
        return label;
    }

    private static byte[] decode(String label, StringBuilder content) throws TlsFileException {
        // The IV of an encrypted key stands on a header line of its own, so all else is content.
        try {
            return Base64.getDecoder().decode(content.toString());
        } catch (IllegalArgumentException e) {
            // Without the cause: it quotes what it could not read.
            throw new TlsFileException("the block " + label + " is not base 64");
        }
    }
}
