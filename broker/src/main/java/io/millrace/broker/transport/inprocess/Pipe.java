package io.millrace.broker.transport.inprocess;

import io.millrace.broker.ring.Doorbell;
import io.netty.buffer.ByteBuf;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Where an application's threads and an I/O loop meet: a bounded queue of bytes each way, and who
 * wakes whom.
 *
 * <p>The application sleeps when there is nothing to read, or no room to write; the loop never
 * does, but is asked to look again. Whoever waits for room is woken when half of it is free, so
 * that full queues aren't handed over byte by byte.
 *
 * <p>One thread of the application reads and one writes at a time, which {@link
 * InProcessConnection} sees to. Closing is for any thread.
 */
final class Pipe {
    /** Each way: twice of what a loop, or a client with much to say, moves at once. */
    static final int CAPACITY = 128 * 1024;

    /** What both queues take up then. */
    static final int BYTES = 2 * CAPACITY;

    private final ByteRing toServer;
    private final ByteRing toApplication;
    private final int muchRoom;

    private final Sleeper reader = new Sleeper();
    private final Sleeper writer = new Sleeper();
    private final BooleanSupplier nothingToRead = this::nothingToRead;
    private final BooleanSupplier noRoomToWrite = this::noRoomToWrite;

    /** The loop sleeps here, as it were, while it has more to write than there is room for. */
    private final Doorbell room = new Doorbell();

    private final BooleanSupplier noRoomForServer = this::noRoomForServer;

    /** Whether the loop was asked to look, and hasn't yet. */
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Has the loop look; nothing when it won't any more, so that its channel isn't kept. */
    private volatile Runnable ask;

    private volatile boolean applicationGone;
    private volatile boolean applicationDeaf;
    private volatile boolean serverGone;
    private volatile boolean serverDeaf;

    /**
     * Makes one.
     *
     * @param ask has the loop look soon; from any thread
     * @param capacity bytes that may be under way in each direction, a power of two above 1
     */
    Pipe(Runnable ask, int capacity) {
        this.ask = ask;
        toServer = new ByteRing(capacity);
        toApplication = new ByteRing(capacity);
        muchRoom = capacity / 2;
    }

    // --- the application

    /**
     * Reads what there is, and waits until there is something.
     *
     * @return how many bytes; -1 if no more will come
     * @throws IOException if the application has closed its end, or what there was is lost
     */
    int read(byte[] to, int offset, int length) throws IOException {
        while (true) {
            if (applicationGone) {
                throw new IOException("the connection is closed");
            }
            if (applicationDeaf) {
                return -1;
            }
            // In this order: what the server wrote before it went is read first.
            boolean last = serverGone;
            int count = toApplication.read(to, offset, length);
            if (count > 0) {
                if (toApplication.writable() >= muchRoom && room.ring()) {
                    askServer();
                }
                return count;
            }
            if (last) {
                if (toApplication.keptBytes() == 0 && toApplication.readable() > 0) {
                    throw new IOException(
                            "what the server sent before it closed the connection was not read"
                                    + " for too long");
                }
                toApplication.letGo();
                return -1;
            }
            reader.sleep(nothingToRead);
        }
    }

    private boolean nothingToRead() {
        return toApplication.readable() == 0 && !applicationGone && !applicationDeaf && !serverGone;
    }

    /** Writes all of it, and waits while there is no room. */
    void write(byte[] from, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (applicationGone) {
                throw new IOException("the connection is closed");
            }
            if (serverGone || serverDeaf) {
                throw new IOException("the server has closed the connection");
            }
            int count = toServer.write(from, offset + done, length - done);
            if (count > 0) {
                done += count;
                askServer();
            } else {
                writer.sleep(noRoomToWrite);
            }
        }
    }

    private boolean noRoomToWrite() {
        return toServer.writable() < muchRoom && !applicationGone && !serverGone && !serverDeaf;
    }

    /** What is still to be read, and what comes, is not for anybody. */
    void shutApplicationsEar() {
        applicationDeaf = true;
        reader.wake();
    }

    /** The application has closed its end. */
    void closeApplicationsEnd() {
        applicationGone = true;
        toApplication.letGo();
        reader.wake();
        writer.wake();
        askServer();
    }

    private void askServer() {
        if (!asked.getAndSet(true)) {
            ask.run();
        }
    }

    // --- the server's loop

    /** The loop looks: from here on, it is asked again. */
    void answer() {
        // Not merely set: what was written before it was asked again must be seen behind this.
        asked.getAndSet(false);
    }

    /** Whether the application has closed its end; what it wrote before may still be read. */
    boolean isApplicationGone() {
        return applicationGone;
    }

    /** Whether the application won't read anything any more. */
    boolean isUnwanted() {
        return applicationGone || toApplication.keptBytes() == 0;
    }

    /** Bytes that the application has written. */
    int readable() {
        return toServer.readable();
    }

    /** Whether there is anything to read. */
    boolean isReadable() {
        return readable() > 0;
    }

    /** Reads what there is, as far as the buffer has room. */
    int read(ByteBuf to) {
        int count = toServer.read(to);
        if (count > 0 && toServer.writable() >= muchRoom) {
            writer.wake();
        }
        return count;
    }

    /** Writes as much of a buffer as there is room for, without waking who reads it. */
    int write(ByteBuf from) {
        return toApplication.write(from);
    }

    /** Something was written. */
    void written() {
        reader.wake();
    }

    /** Whether the loop has to wait for room; if so, it is asked to look when there is. */
    boolean mustWaitForRoom() {
        return room.maySleep(noRoomForServer);
    }

    private boolean noRoomForServer() {
        return toApplication.writable() < muchRoom && !applicationGone;
    }

    /**
     * The server's end is closed, and the loop won't look again: nothing is kept but what the
     * application may still read.
     *
     * @return what keeps that
     */
    ByteRing finish() {
        closeServersEnd();
        ask = () -> {};
        toServer.letGo();
        toApplication.finish();
        return toApplication;
    }

    // --- the server, any thread

    /** Nothing more is taken from the application. */
    void shutServersEar() {
        serverDeaf = true;
        writer.wake();
    }

    /** The memory of both queues. */
    int keptBytes() {
        return toServer.keptBytes() + toApplication.keptBytes();
    }

    /** The server's end is closed. */
    void closeServersEnd() {
        serverGone = true;
        reader.wake();
        writer.wake();
    }
}
