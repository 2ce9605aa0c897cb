package io.millrace.broker.store.block;

import io.millrace.broker.store.seal.KeyFile;
import io.millrace.broker.store.seal.SealRefusedException;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.broker.store.seal.StoreSecrets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The directory of a store, which one server at a time has. At the start, and it blocks; any
 * thread.
 *
 * <pre>
 * store.json        what this is, see StoreIdentity
 * store.key         of an encrypted store, see KeyFile
 * lock              locked as long as a server has it
 * log/              the shard's log
 * checkpoints/      checkpoint-...
 * streams/17/       the blocks of stream number 17
 * </pre>
 *
 * <p>Names of accounts and streams are no part of any path: streams have numbers.
 */
public final class StoreDirectory implements AutoCloseable {
    /** Where the log is. */
    public static final String LOG = "log";

    /** Where checkpoints are. */
    public static final String CHECKPOINTS = "checkpoints";

    /** Where the blocks of streams are. */
    public static final String STREAMS = "streams";

    private static final String LOCK = "lock";

    /**
     * Those that servers of this process have. The lock of a file is the process's, too: to open
     * the file and to close it again, only to find that out, would give the lock up.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Object key;
    private final FileChannel lock;
    private final StoreIdentity identity;
    private final StoreKey encryption;

    private StoreDirectory(
            Path path, Object key, FileChannel lock, StoreIdentity identity, StoreKey encryption) {
        this.path = path;
        this.key = key;
        this.lock = lock;
        this.identity = identity;
        this.encryption = encryption;
    }

    /**
     * Opens it; makes it if it isn't there or empty.
     *
     * @param clock for the time it was made
     * @param random for its identity
     * @throws StoreRefusedException if it mustn't or can't be used; says what to do
     */
    public static StoreDirectory open(Path directory, InstantSource clock, RandomGenerator random)
            throws StoreRefusedException {
        return open(directory, clock, random, StoreSecrets.NONE);
    }

    /**
     * The same with a key: a store that is made is encrypted, one that is there is opened if that
     * is its key. A store stays what it was made as: what lies unencrypted in its files, and in
     * blocks of the disk that it once had, wouldn't be gone by encrypting what follows.
     *
     * @param random for the data key, too
     */
    public static StoreDirectory open(
            Path directory, InstantSource clock, RandomGenerator random, StoreSecrets secrets)
            throws StoreRefusedException {
        try {
            make(directory);
            return hold(directory.toRealPath(), clock, random, secrets);
        } catch (IOException e) {
            throw refusal(directory, e);
        }
    }

    private static void make(Path directory) throws IOException {
        for (Path part = directory.toAbsolutePath(); part != null; part = part.getParent()) {
            if (Files.exists(part) && !Files.isDirectory(part)) {
                throw new StoreRefusedException(
                        part
                                + " is a file, no directory: move it away, or set store_dir to"
                                + " another directory");
            }
        }
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            // A link to a directory.
        }
    }

    private static StoreDirectory hold(
            Path directory, InstantSource clock, RandomGenerator random, StoreSecrets secrets)
            throws IOException {
        Object key = key(directory);
        if (!HELD.add(key)) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " is in use by another server of this process: set store_dir of one"
                            + " of them to another directory");
        }
        try {
            FileChannel lock = lock(directory);
            try {
                KeyFile keyFile = new KeyFile(directory, random);
                Optional<StoreIdentity> existing = StoreIdentity.read(directory);
                StoreKey encryption;
                StoreIdentity identity;
                if (existing.isPresent()) {
                    identity = existing.get();
                    refuseOther(directory, identity, secrets);
                    encryption = identity.isEncrypted() ? keyFile.open(secrets) : StoreKey.NONE;
                } else {
                    Strangers.refuse(directory);
                    // Before it is a store: it is none without its key.
                    encryption = secrets.isThere() ? keyFile.make(secrets) : StoreKey.NONE;
                    identity = StoreIdentity.make(clock.instant(), random, secrets.isThere());
                    identity.write(directory);
                }
                makeParts(directory);
                return new StoreDirectory(directory, key, lock, identity, encryption);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            HELD.remove(key);
            throw e;
        }
    }

    /** What all paths to the directory have in common. */
    private static Object key(Path directory) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return key == null ? directory : key;
    }

    private static FileChannel lock(Path directory) throws IOException {
        if (!Files.exists(directory.resolve(LOCK))
                && !Files.exists(directory.resolve(StoreIdentity.FILE))) {
            // Before anything of ours is written to it.
            Strangers.refuse(directory);
        }
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // By classes like these that another loader has loaded.
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
        if (!isLocked) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " is in use by another process: stop it, or set store_dir to another"
                            + " directory");
        }
        return channel;
    }

    /** So that those who make files in them need not make them durable. */
    private static void makeParts(Path directory) throws IOException {
        for (String each : List.of(LOG, CHECKPOINTS, STREAMS)) {
            Files.createDirectories(directory.resolve(each));
        }
        try (FileChannel names = FileChannel.open(directory)) {
            names.force(true);
        }
    }

    /** One that is encrypted needs a key, and no other takes one. */
    private static void refuseOther(Path directory, StoreIdentity identity, StoreSecrets secrets)
            throws StoreRefusedException {
        if (identity.isEncrypted() && !secrets.isThere()) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " is encrypted, and no key is configured: configure its key, or set"
                            + " store_dir to another directory");
        }
        if (!identity.isEncrypted() && secrets.isThere()) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " isn't encrypted, but a key is configured: remove the key, or set"
                            + " store_dir to a new directory and copy streams with \"nats stream"
                            + " backup\" and \"nats stream restore\"");
        }
    }

    /** The failure as a sentence. */
    static StoreRefusedException refusal(Path directory, IOException failure) {
        if (failure instanceof StoreRefusedException refused) {
            return refused;
        }
        if (failure instanceof SealRefusedException refused) {
            return new StoreRefusedException(refused.getMessage());
        }
        String what = "store directory " + directory;
        if (failure instanceof AccessDeniedException) {
            return new StoreRefusedException(
                    what
                            + " can't be written to by this user: change its owner or permissions,"
                            + " or set store_dir to another directory");
        }
        if (failure instanceof FileSystemException full
                && "Read-only file system".equals(full.getReason())) {
            return new StoreRefusedException(
                    what
                            + " is on a file system that is mounted read-only: mount it for"
                            + " writing, or set store_dir to another directory");
        }
        if (failure instanceof NoSuchFileException) {
            return new StoreRefusedException(
                    what
                            + (hasLink(directory)
                                    ? " can't be made: it is a link to nowhere; mend it, or set"
                                            + " store_dir"
                                    : " can't be made there: set store_dir to another directory"));
        }
        return new StoreRefusedException(
                what + " can't be used: " + failure.getMessage() + "; mend it, or set store_dir");
    }

    private static boolean hasLink(Path directory) {
        for (Path part = directory; part != null; part = part.getParent()) {
            if (Files.isSymbolicLink(part)) {
                return true;
            }
        }
        return false;
    }

    /** Where it is, without links. */
    public Path path() {
        return path;
    }

    /** What it is. */
    public StoreIdentity identity() {
        return identity;
    }

    /** What its files are encrypted with. */
    public StoreKey encryption() {
        return encryption;
    }

    /** The directory of a stream's blocks, within the store's. */
    public static String blocksOf(int stream) {
        return STREAMS + "/" + stream;
    }

    /** Lets others have it. */
    @Override
    public void close() throws IOException {
        try {
            lock.close();
        } finally {
            HELD.remove(key);
        }
    }
}
