package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.broker.jetstream.json.JsonKind.Plain;
import io.millrace.broker.jetstream.json.JsonSchema;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a backup of a nats-server before 2.15: a tar file of the stream's files. One thread's own.
 *
 * <pre>
 * meta.inf           the stream's configuration, as JSON
 * meta.sum           its hash
 * msgs/N.blk         messages, by ascending N; see {@link BlockReader}
 * msgs/index.db      what the reference knows of the blocks; they say the same
 * obs/NAME/meta.inf  a consumer's configuration, as JSON
 * obs/NAME/meta.sum  its hash
 * obs/NAME/o.dat     its state; see {@link StoredConsumerState}
 * </pre>
 *
 * <p>A file of any other name is refused. Nothing is written to where a name says.
 */
final class FilesReader implements BackupReader, TarReader.Files {
    private static final String META = "meta.inf";
    private static final String SUM = "meta.sum";
    private static final String INDEX = "msgs/index.db";
    private static final Pattern BLOCK = Pattern.compile("msgs/([1-9]\\d{0,8})\\.blk");
    private static final Pattern CONSUMER =
            Pattern.compile("obs/([^/\\\\.*> ]+)/(meta\\.inf|meta\\.sum|o\\.dat)");

    /** Where the reference says why a backup has failed. */
    private static final String ERRORS = "errors.txt";

    private static final int MAX_META_BYTES = 1024 * 1024;
    private static final int MAX_STATE_BYTES = 8 * 1024 * 1024;

    private static final JsonSchema META_SCHEMA =
            JsonSchema.of("FileStreamInfo").field("name", Plain.TEXT).field("created", Plain.TIME);

    /** What a file is. */
    private enum Kind {
        META,
        SUM,
        BLOCK,
        INDEX,
        CONSUMER_META,
        CONSUMER_SUM,
        CONSUMER_STATE,
        ERRORS
    }

    private final BackupSink sink;
    private final String stream;
    private final TarReader tar = new TarReader(this);
    private final Gathered file = new Gathered();

    private Kind kind = Kind.META;

    /** What is next, in the order of files. */
    private Kind due = Kind.META;

    private @Nullable BlockReader block;
    private int lastBlock;
    private long lastSequence;
    private byte[] meta = {};
    private String consumer = "";

    /**
     * Reads from the beginning.
     *
     * @param stream the name of the stream that it is to be of
     */
    FilesReader(BackupSink sink, String stream) {
        this.sink = sink;
        this.stream = stream;
    }

    @Override
    public int heldBytes() {
        return tar.heldBytes() + file.heldBytes() + meta.length;
    }

    @Override
    public void read(byte[] bytes, int from, int to) throws BadBackupException {
        tar.read(bytes, from, to);
    }

    @Override
    public void end() throws BadBackupException {
        tar.end();
        if (due != Kind.BLOCK && due != Kind.CONSUMER_META) {
            throw incomplete();
        }
    }

    private static BadBackupException incomplete() {
        return new BadBackupException("a file is missing from the backup, or out of order");
    }

    // --- files

    @Override
    public void beginFile(String path, long size) throws BadBackupException {
        kind = kind(path);
        boolean inOrder =
                kind == due
                        || kind == Kind.INDEX && due == Kind.BLOCK
                        || kind == Kind.CONSUMER_META && due == Kind.BLOCK;
        if (!inOrder && kind != Kind.ERRORS) {
            throw incomplete();
        }
        if (kind != Kind.BLOCK && kind != Kind.INDEX && size > maxBytes()) {
            throw new BadBackupException("the file " + path + " is larger than allowed");
        }
        file.clear();
    }

    private int maxBytes() {
        return kind == Kind.CONSUMER_STATE ? MAX_STATE_BYTES : MAX_META_BYTES;
    }

    private Kind kind(String path) throws BadBackupException {
        Matcher blocks = BLOCK.matcher(path);
        if (blocks.matches()) {
            beginBlock(Integer.parseInt(blocks.group(1)));
            return Kind.BLOCK;
        }
        Matcher consumers = CONSUMER.matcher(path);
        if (consumers.matches()) {
            return consumerKind(consumers.group(1), consumers.group(2));
        }
        return switch (path) {
            case META -> Kind.META;
            case SUM -> Kind.SUM;
            case INDEX -> Kind.INDEX;
            case ERRORS -> Kind.ERRORS;
            default -> throw new BadBackupException("unexpected content");
        };
    }

    private void beginBlock(int number) throws BadBackupException {
        if (number <= lastBlock) {
            throw incomplete();
        }
        lastBlock = number;
        HighwayHash hash = hash(stream + '-' + number);
        block = new BlockReader(sink, number, hash, file, lastSequence);
    }

    private Kind consumerKind(String name, String ofFile) throws BadBackupException {
        if (ofFile.equals(META)) {
            consumer = name;
            return Kind.CONSUMER_META;
        }
        if (!name.equals(consumer)) {
            throw incomplete();
        }
        return ofFile.equals(SUM) ? Kind.CONSUMER_SUM : Kind.CONSUMER_STATE;
    }

    @Override
    public void content(byte[] bytes, int from, int to) throws BadBackupException {
        BlockReader its = block;
        if (kind == Kind.BLOCK && its != null) {
            its.read(bytes, from, to);
        } else if (kind != Kind.INDEX) {
            file.add(bytes, from, to - from);
        }
    }

    @Override
    public void endFile() throws BadBackupException {
        switch (kind) {
            case META, CONSUMER_META -> {
                meta = file.copy();
                due = kind == Kind.META ? Kind.SUM : Kind.CONSUMER_SUM;
            }
            case SUM -> {
                begin();
                due = Kind.BLOCK;
            }
            case BLOCK -> endBlock();
            case INDEX -> due = Kind.CONSUMER_META;
            case CONSUMER_SUM -> {
                checkSum(consumer + '/' + META, stream + '/' + consumer);
                due = Kind.CONSUMER_STATE;
            }
            case CONSUMER_STATE -> {
                sink.consumer(consumer());
                due = Kind.CONSUMER_META;
            }
            case ERRORS -> throw new BadBackupException("the backup itself has failed: " + text());
        }
    }

    private String text() {
        return new String(file.bytes(), 0, file.length(), StandardCharsets.UTF_8);
    }

    private void endBlock() throws BadBackupException {
        BlockReader its = block;
        if (its != null) {
            its.end();
            lastSequence = its.lastSequence();
        }
    }

    private void checkSum(String path, String key) throws BadBackupException {
        HighwayHash hash = hash(key);
        hash.add(meta, 0, meta.length);
        // As text of its bytes, the lowest first.
        String sum = "%016x".formatted(Long.reverseBytes(hash.finish()));
        if (!text().equals(sum)) {
            throw new BadBackupException("the checksum of " + path + " is wrong");
        }
    }

    private static HighwayHash hash(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new HighwayHash(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    private void begin() throws BadBackupException {
        JsonFields its = fields();
        // Before the checksum, whose key is the name.
        if (!its.text("name").equals(stream)) {
            throw new BadBackupException("stream names do not match");
        }
        checkSum(META, stream);
        OffsetDateTime created = its.time("created");
        sink.begin(created == null ? BackupSink.UNKNOWN : GoTime.ns(created), 0, 0);
    }

    private JsonFields fields() throws BadBackupException {
        try {
            return JsonDecoder.readAny(META_SCHEMA, meta);
        } catch (BadJsonException e) {
            throw new BadBackupException(e.reason());
        }
    }

    private ArchivedConsumer consumer() throws BadBackupException {
        try {
            return new ArchivedConsumer(consumer, meta, StoredConsumerState.read(file.copy()));
        } catch (BadBackupException e) {
            throw new BadBackupException(
                    "error restoring consumer [\"" + consumer + "\"]: " + e.reason());
        }
    }
}
