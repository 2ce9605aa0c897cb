package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk that does what a seed says: it forgets what wasn't synced when the power goes, fails, runs
 * full, flips bits and writes to wrong places. Programs see what they wrote until then.
 */
public final class SimulatedDisk implements Disk, AutoCloseable {
    /** Bytes that aren't what was written. */
    public record Hit(String name, int from, int to) {}

    private record NameChange(String directory, boolean isThere, String name, SimulatedFile file) {
        void applyTo(Map<String, SimulatedFile> all) {
            if (isThere) {
                all.put(name, file);
            } else {
                all.remove(name);
            }
        }
    }

    private final SplittableRandom random;
    private final NavigableMap<String, SimulatedFile> names = new TreeMap<>();
    private final Set<String> directories = new HashSet<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();
    private final NavigableMap<String, SimulatedFile> platterNames = new TreeMap<>();
    private final List<SimulatedFile> files = new ArrayList<>();
    private final List<Hit> hits = new ArrayList<>();

    private long trace = 1;
    private long capacity = Long.MAX_VALUE;
    private int untilCut = Integer.MAX_VALUE;
    private int untilFault = Integer.MAX_VALUE;
    private int untilMisdirection = Integer.MAX_VALUE;

    /** Makes an empty one. */
    public SimulatedDisk(long seed) {
        random = new SplittableRandom(seed);
    }

    // --- what is to happen

    /** The power goes at this operation from now on. */
    public void cutAt(int operations) {
        untilCut = operations;
    }

    /** This operation from now on fails. */
    public void failAt(int operations) {
        untilFault = operations;
    }

    /** One of the writes that the sync at this operation, or the next one, is for goes astray. */
    public void misdirectAt(int operations) {
        untilMisdirection = operations;
    }

    /** It holds so much. */
    public void holdAtMost(long bytes) {
        capacity = bytes;
    }

    /** Nothing happens any more. */
    public void calm() {
        untilCut = Integer.MAX_VALUE;
        untilFault = Integer.MAX_VALUE;
        untilMisdirection = Integer.MAX_VALUE;
    }

    /** After a power cut: what had arrived is there. */
    public void restart() {
        calm();
        names.clear();
        for (NameChange each : unsyncedNames) {
            if (random.nextBoolean()) {
                each.applyTo(platterNames);
            }
        }
        unsyncedNames.clear();
        names.putAll(platterNames);
        for (SimulatedFile each : files) {
            each.cut(random);
        }
    }

    /** The page cache is gone, but the power stayed: everything was written before. */
    public void rot(int bits) {
        List<String> all = List.copyOf(names.keySet());
        for (int i = 0; i < bits && !all.isEmpty(); i++) {
            String name = all.get(random.nextInt(all.size()));
            SimulatedFile file = names.get(name);
            if (file.platter().length > 0) {
                int at = random.nextInt(file.platter().length);
                file.platter()[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                hits.add(new Hit(name, at, at + 1));
                file.reload();
            }
        }
    }

    /** What of the files isn't what was written, since the last call. */
    public List<Hit> takeHits() {
        List<Hit> taken = List.copyOf(hits);
        hits.clear();
        return taken;
    }

    /** The bytes of a file as the platter has them; may be written to. */
    public byte[] platter(String name) {
        return names.get(name).platter();
    }

    /** The files there are. */
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    /** Has programs see what the platter has. */
    public void reload() {
        names.values().forEach(SimulatedFile::reload);
    }

    /** Syncs everything, as time would. */
    public void syncAll() {
        names.values().forEach(SimulatedFile::sync);
        unsyncedNames.forEach(each -> each.applyTo(platterNames));
        unsyncedNames.clear();
    }

    /** A number that depends on all that was done. */
    public long trace() {
        return trace;
    }

    // --- the disk

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        operation("create " + name, bytes);
        if (names.containsKey(name)) {
            throw new IOException(name + " is there");
        }
        room(bytes);
        SimulatedFile file = new SimulatedFile((int) bytes);
        files.add(file);
        change(true, name, file);
        return new Handle(name, file);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Handle(name, file(name));
    }

    @Override
    public boolean exists(String name) {
        return names.containsKey(name) || directories.contains(name);
    }

    @Override
    public void delete(String name) throws IOException {
        operation("delete " + name, 0);
        change(false, name, file(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        operation("rename " + from, to.hashCode());
        SimulatedFile file = file(from);
        change(true, to, file);
        change(false, from, file);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        operation("names " + directory, 0);
        unsyncedNames.removeIf(
                each -> {
                    boolean synced = each.directory.equals(directory);
                    if (synced) {
                        each.applyTo(platterNames);
                    }
                    return synced;
                });
    }

    @Override
    public void makeDirectories(String directory) {
        directories.add(directory);
    }

    @Override
    public List<String> list(String directory) {
        List<String> found = new ArrayList<>();
        for (String each : names.keySet()) {
            if (directoryOf(each).equals(directory)) {
                found.add(each.substring(directory.isEmpty() ? 0 : directory.length() + 1));
            }
        }
        return found;
    }

    @Override
    public long freeBytes() {
        return capacity - used();
    }

    @Override
    public void close() {
        files.forEach(SimulatedFile::free);
        files.clear();
    }

    private long used() {
        return names.values().stream().mapToLong(SimulatedFile::size).sum();
    }

    private void room(long more) throws IOException {
        if (more > 0 && capacity != Long.MAX_VALUE && used() + more > capacity) {
            throw new IOException("No space left on device");
        }
    }

    private SimulatedFile file(String name) throws IOException {
        SimulatedFile file = names.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    private void change(boolean isThere, String name, SimulatedFile file) {
        NameChange change = new NameChange(directoryOf(name), isThere, name, file);
        change.applyTo(names);
        unsyncedNames.add(change);
    }

    private static String directoryOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** Something is about to be done; it may be the last. */
    private void operation(String what, long detail) throws IOException {
        trace = trace * 31 + what.hashCode() * 17L + detail;
        if (--untilCut == 0) {
            throw new PowerCut();
        }
        if (--untilFault == 0) {
            throw new IOException("Input/output error");
        }
        untilMisdirection--;
    }

    /** A file that is open. */
    private final class Handle implements DiskFile {
        private final String name;
        private final SimulatedFile file;

        Handle(String name, SimulatedFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void write(long at, Region from, int offset, int bytes) throws IOException {
            byte[] copy = from.bytes(offset, bytes);
            room(Math.max(0, at + bytes - file.size()));
            try {
                operation("write " + name, at * 31 + Arrays.hashCode(copy));
            } catch (PowerCut cut) {
                file.write((int) at, copy);
                throw cut;
            } catch (IOException e) {
                int some = random.nextInt(bytes + 1);
                file.write((int) at, Arrays.copyOf(copy, some));
                throw e;
            }
            file.write((int) at, copy);
        }

        @Override
        public void sync() throws IOException {
            try {
                operation("sync " + name, 0);
            } catch (IOException e) {
                file.forget();
                throw e;
            }
            if (untilMisdirection <= 0 && file.unsynced() > 0) {
                misdirect();
            }
            file.sync();
        }

        private void misdirect() {
            int index = random.nextInt(file.unsynced());
            int[] right = file.unsyncedAt(index);
            int sectors = (file.size() - right[1]) / SimulatedFile.SECTOR_BYTES;
            if (sectors > 0) {
                int wrong = random.nextInt(sectors) * SimulatedFile.SECTOR_BYTES;
                file.misdirect(index, wrong);
                hits.add(new Hit(name, right[0], right[0] + right[1]));
                hits.add(new Hit(name, wrong, wrong + right[1]));
                untilMisdirection = Integer.MAX_VALUE;
            }
        }

        @Override
        public Region map(int bytes) throws IOException {
            if (bytes > file.size()) {
                throw new EOFException(name);
            }
            return file.seen(bytes);
        }

        @Override
        public void read(long at, Region to, int offset, int bytes) throws IOException {
            if (at < 0 || at + bytes > file.size()) {
                throw new EOFException(name);
            }
            file.seen().copy((int) at, to, offset, bytes);
        }

        @Override
        public void truncate(long size) throws IOException {
            operation("truncate " + name, size);
            file.resize((int) size);
        }

        @Override
        public void close() {
            // Nothing is lost by it.
        }
    }
}
