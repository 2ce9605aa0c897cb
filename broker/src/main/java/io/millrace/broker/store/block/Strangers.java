package io.millrace.broker.store.block;

import io.millrace.broker.store.seal.KeyFile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Tells directories that hold something else than a store of ours. */
final class Strangers {
    /** May be in a directory of which a store is made: ours from before, or the file system's. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "lock",
                    "lost+found",
                    StoreIdentity.UNFINISHED,
                    KeyFile.FILE,
                    KeyFile.UNFINISHED);

    private Strangers() {}

    /**
     * Refuses a directory without an identity, unless it is as good as empty.
     *
     * @throws StoreRefusedException if somebody else's files are there
     */
    static void refuse(Path directory) throws IOException {
        if (isOfNatsServer(directory) || isOfNatsServer(directory.resolve("jetstream"))) {
            throw new StoreRefusedException(
                    "store directory "
                            + directory
                            + " holds the streams of a nats-server, which has another format: set"
                            + " store_dir to another directory, and copy streams with \"nats stream"
                            + " backup\" and \"nats stream restore\"");
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path each : all) {
                if (!HARMLESS.contains(each.getFileName().toString())) {
                    throw new StoreRefusedException(
                            "store directory "
                                    + directory
                                    + " isn't empty, and no store of this server: it has no "
                                    + StoreIdentity.FILE
                                    + ", but "
                                    + each.getFileName()
                                    + "; set store_dir to a directory of its own");
                }
            }
        }
    }

    /** Its layout: {@code ACCOUNT/streams/STREAM}, and {@code $SYS/_js_} for a cluster's. */
    private static boolean isOfNatsServer(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        if (Files.isDirectory(directory.resolve("$SYS").resolve("_js_"))) {
            return true;
        }
        try (DirectoryStream<Path> accounts = Files.newDirectoryStream(directory)) {
            for (Path account : accounts) {
                if (Files.isDirectory(account.resolve("streams"))) {
                    return true;
                }
            }
        }
        return false;
    }
}
