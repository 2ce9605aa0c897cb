package io.millrace.broker.transport.inprocess;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * An application's end of a connection to a server in the same JVM: bytes of the client protocol,
 * as they would go over a socket, the server's INFO first.
 *
 * <p>Some hundred kilobytes each way may be under way; then writing waits until the server has
 * taken some, and an application that doesn't read is a slow consumer like any other. Threads may
 * share it: reads wait for reads, writes for writes, nothing else for either. A thread that waits
 * may be interrupted; the connection stays as it is, though a part of what was to be written may
 * have been.
 */
public final class InProcessConnection implements Closeable {
    private final Pipe pipe;
    private final Object reading = new Object();
    private final Object writing = new Object();

    InProcessConnection(Pipe pipe) {
        this.pipe = pipe;
    }

    /**
     * Reads what has come, and waits until something has.
     *
     * @param length most bytes to read; with 0, there is no waiting
     * @return how many bytes were read; -1 when the server has closed the connection, or {@link
     *     #shutdownInput} was called
     * @throws IOException if {@link #close} was called; or if the server has closed the connection,
     *     and had to give up what was still to be read for the sake of others it has closed since
     * @throws InterruptedIOException if the thread is interrupted while it waits; it stays so
     */
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        synchronized (reading) {
            return pipe.read(to, offset, length);
        }
    }

    /**
     * Writes all of it, and waits as long as there is no room. There is nothing to flush.
     *
     * @throws IOException if the connection is closed, by whomever
     * @throws InterruptedIOException if the thread is interrupted while it waits; it stays so
     */
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        synchronized (writing) {
            pipe.write(from, offset, length);
        }
    }

    /** The connection's bytes as a stream; closing that closes the connection. */
    public InputStream inputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return InProcessConnection.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return InProcessConnection.this.read(to, offset, length);
            }

            @Override
            public void close() {
                InProcessConnection.this.close();
            }
        };
    }

    /** A stream whose bytes are written at once; closing it closes the connection. */
    public OutputStream outputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                InProcessConnection.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                InProcessConnection.this.write(from, offset, length);
            }

            @Override
            public void close() {
                InProcessConnection.this.close();
            }
        };
    }

    /** Ends reading: whoever reads, and whoever does later, gets -1. The server isn't told. */
    public void shutdownInput() {
        pipe.shutApplicationsEar();
    }

    /**
     * Closes the connection. What was written before is still done by the server. Threads that wait
     * in {@link #read} or {@link #write} get an {@link IOException}. Any thread; a second call does
     * nothing.
     */
    @Override
    public void close() {
        pipe.closeApplicationsEnd();
    }
}
