package io.millrace.broker.cluster;

import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.ConnectParser.MalformedConnectException;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.LinkInfo.MalformedInfoException;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteConnect;
import io.millrace.protocol.RouteParser;

import org.jspecify.annotations.Nullable;

/**
 * One end of a route without a socket: does with bytes what a RouteConnection does, and gives those
 * that are to be sent to a wire.
 */
final class RouteEnd implements FarEnd, Bytes.Listener {
    /** Where the bytes go. */
    interface Wire {
        void send(byte[] bytes);

        /** The end is closed by its own server, behind what was sent. */
        void close(CloseReason reason);
    }

    final RouteSession session;
    private final Router router;
    private final Mesh mesh;
    private final Wire wire;
    private final OutboundQueue queue;
    private final RouteParser parser = new RouteParser(64 * 1024, 1024 * 1024);
    private final Bytes bytes = new Bytes(parser, this);
    private boolean admitted;
    private boolean introduced;
    private boolean deaf;
    private boolean closing;

    /**
     * Makes an end.
     *
     * @param ip of the other end
     * @param target what was dialed; null if the other side has
     */
    RouteEnd(
            RouterFixture fixture,
            Mesh mesh,
            long id,
            String ip,
            int port,
            @Nullable RouteTarget target,
            Wire wire) {
        this.router = fixture.router;
        this.mesh = mesh;
        this.wire = wire;
        queue = fixture.queue();
        session = new RouteSession(new Route(id, ip, port, this, queue), target);
        admitted = target != null;
        parser.oneAccount(target != null && !target.account().isEmpty());
    }

    void open() {
        mesh.onOpen(session);
        router.flush(0);
    }

    /** Bytes have come. */
    void receive(byte[] come) {
        if (!deaf) {
            bytes.come(come);
            router.flush(0);
        }
    }

    /** The connection is gone. */
    void closed(CloseReason reason) {
        deaf = true;
        closing = true;
        mesh.onClosed(session, reason);
        router.flush(0);
    }

    // --- what came

    @Override
    public boolean mayBegin(byte first) {
        if (admitted || first == 'C' || first == 'c') {
            return true;
        }
        refuse(ProtocolError.AUTHORIZATION_VIOLATION, CloseReason.AUTHENTICATION_FAILURE);
        return false;
    }

    @Override
    public void frames(FrameBlock frames) {
        router.onFrames(session.route(), frames, 1);
    }

    @Override
    public boolean said(int op, byte[] json) {
        try {
            if (op == Op.CONNECT) {
                RouteConnect connect = RouteConnect.parse(json);
                if (!session.isSolicited()) {
                    admitted = true;
                    mesh.onConnect(session, connect);
                }
                return true;
            }
            LinkInfo info = LinkInfo.parse(json);
            if (!introduced && !session.isSolicited()) {
                parser.oneAccount(!info.routeAccount().isEmpty());
            }
            introduced = true;
            mesh.onInfo(session, info, Mode.OFF);
            return true;
        } catch (MalformedConnectException | MalformedInfoException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void error(ProtocolParser broken) {
        refuse(
                broken.error(),
                broken.error() == ProtocolError.ROUTE_ERROR
                        ? CloseReason.PARSE_ERROR
                        : CloseReason.PROTOCOL_VIOLATION);
    }

    private void refuse(ProtocolError error, CloseReason why) {
        deaf = true;
        router.onError(session.route().peer(), error, why, parser.errorDetail());
    }

    // --- what the router asks

    @Override
    public void flush() {
        byte[] sent = OutboundBytes.take(queue);
        if (!closing && sent.length > 0) {
            wire.send(sent);
        }
    }

    @Override
    public void close(CloseReason why) {
        if (!closing) {
            closing = true;
            deaf = true;
            wire.close(why);
        }
    }

    @Override
    public boolean stall(OutboundQueue slow, PendingBound bound) {
        return false;
    }

    @Override
    public void reconfigure() {}
}
