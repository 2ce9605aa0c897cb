package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;

import java.util.ArrayDeque;
import java.util.zip.DataFormatException;

/**
 * Reads what the other side says out of the frames of a WebSocket, and answers those that are about
 * the WebSocket itself. Belongs to the connection's I/O loop.
 *
 * <p>Nothing is looked at while what was found last waits for a stretch, or until it is known who
 * the other side is. What a compressed message may come to is bounded, and much more tightly so for
 * a stranger; and others have their turn while it comes to that.
 */
final class WebSocketReads implements Prelude {
    /** What a compressed message of a stranger may come to: all there is to say is CONNECT. */
    static final long STRANGERS_MESSAGE_BYTES = 64 * 1024;

    /** The reference's bounds for others: so many payloads, but no more than this. */
    private static final long MOST_PAYLOADS = 8;

    private static final long MOST_MESSAGE_BYTES = 64L * 1024 * 1024;

    private final Link link;
    private final WebSocketWrites writes;
    private final FrameReader frames;
    private final Inflating inflating;
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private boolean reading;
    private int held;
    private final Turn turn = new Turn();

    /**
     * Nothing was read yet.
     *
     * @param dialed whether this server has opened the WebSocket
     */
    WebSocketReads(Link link, WebSocketHandshake agreed, boolean dialed, WebSocketWrites writes) {
        this.link = link;
        this.writes = writes;
        frames = new FrameReader(agreed.masked() && !dialed, agreed.compressed());
        inflating = new Inflating(link.loop().inflaters(), STRANGERS_MESSAGE_BYTES);
    }

    @Override
    public void trust() {
        long payloads = MOST_PAYLOADS * link.limits().maxPayloadBytes();
        inflating.limit(Math.clamp(payloads, STRANGERS_MESSAGE_BYTES, MOST_MESSAGE_BYTES));
    }

    @Override
    public void read(ByteBuf bytes) {
        unread.add(bytes);
        resumed();
    }

    @Override
    public void resumed() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (!unread.isEmpty() && !isWaiting()) {
                step(unread.element());
            }
        } finally {
            reading = false;
        }
        writes.flushPongs();
    }

    /** Whether nothing more can be taken now. */
    private boolean isWaiting() {
        return link.isStarved() || link.pauses().has(Pauses.PROVING);
    }

    private void step(ByteBuf in) {
        if (link.isDeaf()) {
            drop();
            return;
        }
        if (inflating.isPending()) {
            inflate();
            return;
        }
        switch (frames.next(in)) {
            case NOTHING -> unread.remove().release();
            case DATA -> {
                ByteBuf piece = frames.data(in);
                if (frames.isCompressed()) {
                    inflating.take(piece, frames.endsMessage());
                    charge();
                } else {
                    pass(piece);
                }
            }
            case CONTROL -> control(frames.opcode(), frames.control());
            case PROBLEM -> broken(frames.problem());
        }
    }

    private void inflate() {
        try {
            ByteBuf piece = inflating.next();
            charge();
            if (piece != null) {
                turn.took(piece.readableBytes());
                pass(piece);
                if (turn.isOver()) {
                    link.othersTurn();
                }
            }
        } catch (DataFormatException e) {
            link.unreadable("a compressed message is damaged");
        } catch (Inflating.TooLargeException e) {
            link.refuse(
                    ProtocolError.MAXIMUM_PAYLOAD,
                    CloseReason.MAX_PAYLOAD_EXCEEDED,
                    String.valueOf(e.getMessage()));
        }
    }

    private void pass(ByteBuf piece) {
        if (piece.isReadable()) {
            link.inbound().read(piece);
        } else {
            piece.release();
        }
    }

    private void charge() {
        int bytes = inflating.isInMessage() ? Inflaters.INFLATER_BYTES : 0;
        if (bytes != held) {
            link.loop().charge(link.outbound().debtor(), Debt.INFLATERS, bytes - held);
            held = bytes;
        }
    }

    private void control(int opcode, byte[] payload) {
        if (opcode == FrameReader.PING) {
            writes.pong(payload);
        } else if (opcode == FrameReader.CLOSE) {
            String problem = WebSocketClose.problem(payload);
            if (problem.isEmpty()) {
                writes.closeWith(WebSocketClose.answer(payload));
                link.leave();
            } else {
                broken(problem);
            }
        }
    }

    private void broken(String rule) {
        writes.closeWith(WebSocketClose.of(WebSocketClose.PROTOCOL_ERROR, rule));
        link.unreadable(rule);
    }

    private void drop() {
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    @Override
    public void closing(CloseReason why) {
        writes.closeWith(WebSocketClose.of(why));
    }

    @Override
    public void release() {
        drop();
        inflating.release();
        charge();
    }
}
