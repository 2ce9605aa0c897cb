package io.millrace.broker.routing.trace;

import io.millrace.broker.delivery.Message;
import io.millrace.protocol.NativeBlock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Gives messages a header that they are to have once, with its value at the end of the block. */
public final class HeaderLine {
    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    private HeaderLine() {}

    /**
     * Gives a message a header, instead of all it has of that name.
     *
     * @param value its characters are taken for bytes
     * @return where the headers stand now; to be given back once the message is routed
     */
    public static NativeBlock set(Message message, String name, String value) {
        byte[] before = message.headerBytes().bytes(message.headerOffset(), message.headerLength());
        byte[] after = with(before, name, value);
        NativeBlock block = NativeBlock.allocate(after.length);
        block.region().put(0, after);
        message.withHeaders(block.region(), 0, after.length);
        return block;
    }

    /** A block with a header, instead of all it has of that name. */
    static byte[] with(byte[] block, String name, String value) {
        byte[] key = (name + ":").getBytes(StandardCharsets.ISO_8859_1);
        int end = block.length - CRLF.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream(block.length + value.length() + 32);
        for (int line = 0; line < end; ) {
            int behind = behindLine(block, line, end);
            boolean its =
                    line > 0
                            && behind - line >= key.length
                            && Arrays.equals(block, line, line + key.length, key, 0, key.length);
            if (!its) {
                out.write(block, line, behind - line);
            }
            line = behind;
        }
        byte[] kept = out.toByteArray();
        if (kept.length == 0) {
            out.writeBytes(VERSION);
        } else if (kept[kept.length - 1] != '\n') {
            out.writeBytes(CRLF);
        }
        String added = name + ": " + value + "\r\n\r\n";
        out.writeBytes(added.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    /** Where the next line begins, behind CR and LF. */
    private static int behindLine(byte[] block, int from, int end) {
        for (int i = from + 1; i < end; i++) {
            if (block[i] == '\n' && block[i - 1] == '\r') {
                return i + 1;
            }
        }
        return end;
    }
}
