package io.millrace.bench.siege;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * Other servers that agree upon compression and then send little that becomes very much.
 *
 * @param content what each block becomes, again and again
 * @param wholeBlocks whether the blocks are sent to their end
 */
record Bombs(String name, String sentence, String content, boolean wholeBlocks) implements Siege {
    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final int PEERS = 58;
    private static final int BLOCK_BYTES = 4 * 1024 * 1024;
    private static final int COMPRESSED = 0;
    private static final int UNCOMPRESSED = 1;
    private static final String STREAM = "S2sTwO";
    private static final byte[] IDENTIFIER = {(byte) 0xFF, 6, 0, 0, 'S', '2', 's', 'T', 'w', 'O'};
    private static final String COMPRESSION = ",\"compression\":\"s2_fast\"";

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        byte[] sent = wholeBlocks ? bomb() : half();
        List<Peer> peers = new ArrayList<>();
        while (peers.size() < PEERS && !until.isOver()) {
            peers.add(begun(target, sent, until));
        }
        while (!until.isOver()) {
            for (Peer peer : List.copyOf(peers)) {
                if (peer.isClosed()) {
                    target.leave(peer);
                    peers.remove(peer);
                    peers.add(begun(target, sent, until));
                } else if (wholeBlocks) {
                    peer.say(ByteBuffer.wrap(sent), false, Deadline.inSeconds(0));
                }
            }
            until.pause(1_000_000);
        }
    }

    private static Peer begun(Target target, byte[] sent, Deadline until)
            throws IOException, InterruptedException {
        String id = "NBOMB" + BEGUN.incrementAndGet();
        Peer peer = target.joined(id, id, Target.POOLED + COMPRESSION, until);
        // The server's own word, compressed: from here on it takes nothing else.
        peer.await(STREAM, until);
        peer.say(ByteBuffer.wrap(IDENTIFIER), false, until);
        peer.say(ByteBuffer.wrap(sent), false, until);
        return peer;
    }

    /** A chunk of a few bytes that becomes a whole block: the content, and a repeat of it. */
    private byte[] bomb() {
        byte[] once = content.getBytes(StandardCharsets.ISO_8859_1);
        byte[] block = new byte[BLOCK_BYTES / once.length * once.length];
        for (int i = 0; i < block.length; i += once.length) {
            System.arraycopy(once, 0, block, i, once.length);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writeNumber(body, checksum(block), 4);
        for (int length = block.length; length != 0; length >>>= 7) {
            body.write(length & 0x7F | (length > 0x7F ? 0x80 : 0));
        }
        // A literal that says its size in two bytes more, a copy of 4 bytes, a repeat of the rest.
        body.write(61 << 2);
        writeNumber(body, once.length - 1, 2);
        body.writeBytes(once);
        body.write(3 << 2 | 0b10);
        writeNumber(body, once.length, 2);
        body.write(7 << 2 | 0b01);
        body.write(0);
        writeNumber(body, block.length - once.length - 4 - 4 - 65536, 3);
        return chunk(COMPRESSED, body.size(), body.toByteArray());
    }

    /** A chunk that isn't compressed, but for its last byte. */
    private static byte[] half() {
        byte[] body = new byte[4 + BLOCK_BYTES - 1];
        Arrays.fill(body, (byte) 'x');
        return chunk(UNCOMPRESSED, body.length + 1, body);
    }

    private static byte[] chunk(int type, int length, byte[] body) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.write(type);
        writeNumber(chunk, length, 3);
        chunk.writeBytes(body);
        return chunk.toByteArray();
    }

    private static void writeNumber(ByteArrayOutputStream out, int number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write(number >>> i * Byte.SIZE);
        }
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
    }
}
