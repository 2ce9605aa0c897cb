package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.ForwardingDisk;
import io.millrace.broker.store.disk.ForwardingFile;
import io.millrace.protocol.Region;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Defects that a log could have, each planted from the outside. */
enum LogMutant {
    /** Nothing is ever synced. */
    NEVER_SYNCS {
        @Override
        void sync(DiskFile file, boolean isFirst, boolean isOpening) {
            // That's it.
        }
    },
    /** The first sync behind a roll goes to another file. */
    FORGETS_THE_FIRST_SYNC_OF_A_FILE {
        @Override
        void sync(DiskFile file, boolean isFirst, boolean isOpening) throws IOException {
            if (!isFirst) {
                file.sync();
            }
        }
    },
    /** A sync that failed is tried once more, and believed. */
    TRIES_A_SYNC_AGAIN {
        @Override
        void sync(DiskFile file, boolean isFirst, boolean isOpening) throws IOException {
            try {
                file.sync();
            } catch (IOException e) {
                file.sync();
            }
        }
    },
    /** A sync that failed isn't told of. */
    IGNORES_A_FAILED_SYNC {
        @Override
        void sync(DiskFile file, boolean isFirst, boolean isOpening) {
            try {
                file.sync();
            } catch (IOException e) {
                // That's it.
            }
        }
    },
    /** A write that failed isn't told of. */
    IGNORES_A_FAILED_WRITE {
        @Override
        void write(DiskFile file, boolean isOpening, long at, Region from, int offset, int bytes) {
            try {
                file.write(at, from, offset, bytes);
            } catch (IOException e) {
                // That's it.
            }
        }
    },
    /** A large write ends early, and nobody looks at how much was written. */
    WRITES_LESS {
        @Override
        void write(DiskFile file, boolean isOpening, long at, Region from, int offset, int bytes)
                throws IOException {
            file.write(at, from, offset, Math.min(bytes, 8192));
        }
    },
    /** Names are never synced. */
    FORGETS_TO_SYNC_NAMES {
        @Override
        Disk disk(Disk disk, boolean[] isOpen) {
            return new ForwardingDisk(disk) {
                @Override
                public void syncDirectory(String directory) {
                    // That's it.
                }

                @Override
                protected DiskFile wrap(DiskFile file) {
                    return file;
                }
            };
        }
    },
    /** What is written counts as durable. */
    PROMISES_WHAT_IS_ONLY_WRITTEN {
        @Override
        long durable(WriteAheadLog log) {
            return log.written();
        }
    },
    /** What is appended counts as durable. */
    PROMISES_WHAT_IS_ONLY_APPENDED {
        @Override
        long durable(WriteAheadLog log) {
            return log.appended();
        }
    },
    /** One segment too many is let go. */
    RELEASES_ONE_SEGMENT_TOO_MANY {
        @Override
        long release(long position, int segmentBytes) {
            return position + segmentBytes;
        }
    },
    /** The second header isn't written. */
    WRITES_ONE_HEADER_ONLY {
        @Override
        void write(DiskFile file, boolean isOpening, long at, Region from, int offset, int bytes)
                throws IOException {
            if (bytes != SegmentLayout.COPY_BYTES || at != file.size() - bytes) {
                file.write(at, from, offset, bytes);
            }
        }
    },
    /** What is found when it is opened counts as durable as it is. */
    BELIEVES_WHAT_IT_READS {
        @Override
        void sync(DiskFile file, boolean isFirst, boolean isOpening) throws IOException {
            if (!isOpening) {
                file.sync();
            }
        }
    },
    /** What is found when it is opened is synced, but not written again. */
    SYNCS_WHAT_IT_READS_ONLY {
        @Override
        void write(DiskFile file, boolean isOpening, long at, Region from, int offset, int bytes)
                throws IOException {
            if (!isOpening || file.name().endsWith(SpareMaking.UNFINISHED)) {
                file.write(at, from, offset, bytes);
            }
        }
    };

    /** The defect as a simulation takes it. */
    Variation variation() {
        LogMutant mutant = this;
        boolean[] isOpen = new boolean[1];
        return new Variation() {
            @Override
            Disk disk(Disk disk) {
                isOpen[0] = false;
                return mutant.disk(disk, isOpen);
            }

            @Override
            void onOpen() {
                isOpen[0] = true;
            }

            @Override
            long durable(WriteAheadLog log) {
                return mutant.durable(log);
            }

            @Override
            long release(long position, int segmentBytes) {
                return mutant.release(position, segmentBytes);
            }
        };
    }

    /** The disk that the log gets, once it is open or while it is opened. */
    Disk disk(Disk disk, boolean[] isOpen) {
        return new ForwardingDisk(disk) {
            private final Set<String> synced = new HashSet<>();

            @Override
            protected DiskFile wrap(DiskFile file) {
                return new ForwardingFile(file) {
                    @Override
                    public void sync() throws IOException {
                        LogMutant.this.sync(file, synced.add(name()), !isOpen[0]);
                    }

                    @Override
                    public void write(long at, Region from, int offset, int bytes)
                            throws IOException {
                        LogMutant.this.write(file, !isOpen[0], at, from, offset, bytes);
                    }
                };
            }
        };
    }

    void sync(DiskFile file, boolean isFirst, boolean isOpening) throws IOException {
        file.sync();
    }

    void write(DiskFile file, boolean isOpening, long at, Region from, int offset, int bytes)
            throws IOException {
        file.write(at, from, offset, bytes);
    }

    long durable(WriteAheadLog log) {
        return log.durable();
    }

    long release(long position, int segmentBytes) {
        return position;
    }
}
