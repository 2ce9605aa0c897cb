package io.millrace.broker.connection;

import io.millrace.broker.auth.Claimant;
import io.millrace.broker.auth.ConnectionType;
import io.millrace.broker.routing.peer.Remote;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where a connection comes from.
 *
 * @param type how it has come
 * @param ip as logs and monitoring show it
 * @param port 0 for an application in this JVM
 * @param address null for an application in this JVM
 * @param forwardedFor for whom a proxy says that it has come; empty for itself
 */
public record Origin(
        ConnectionType type,
        String ip,
        int port,
        @Nullable InetAddress address,
        String forwardedFor) {
    static Origin of(SocketAddress remote) {
        if (remote == InProcessAddress.PIPE) {
            return new Origin(ConnectionType.IN_PROCESS, remote.toString(), 0, null, "");
        }
        return of(ConnectionType.STANDARD, (InetSocketAddress) remote, "");
    }

    /**
     * Of a client that has come by WebSocket.
     *
     * @param forwardedFor for whom a proxy says that it has come; empty for itself
     */
    public static Origin ofWebSocket(InetSocketAddress remote, String forwardedFor) {
        return of(ConnectionType.WEBSOCKET, remote, forwardedFor);
    }

    private static Origin of(ConnectionType type, InetSocketAddress socket, String forwardedFor) {
        InetAddress address = socket.getAddress();
        return new Origin(type, AddressText.of(address), socket.getPort(), address, forwardedFor);
    }

    /** Somewhere else, by the same way. */
    Origin at(InetSocketAddress other) {
        return of(type, other, forwardedFor);
    }

    /**
     * The same for the router.
     *
     * @param channelBytes what the channel takes up on the heap for as long as it is open
     */
    Remote remote(int channelBytes) {
        return new Remote(ip, port, type.medium(), forwardedFor, channelBytes);
    }

    /** Who asks to be somebody there. */
    Claimant claimant(String user) {
        return address == null ? Claimant.inProcess(user) : Claimant.at(address, user);
    }
}
