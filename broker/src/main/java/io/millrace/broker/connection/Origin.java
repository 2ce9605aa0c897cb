package io.millrace.broker.connection;

import io.millrace.broker.auth.Claimant;
import io.millrace.broker.auth.ConnectionType;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where a connection comes from.
 *
 * @param ip as logs and monitoring show it
 * @param port 0 for an application in this JVM
 * @param address null for an application in this JVM
 */
record Origin(String ip, int port, @Nullable InetAddress address) {
    static Origin of(SocketAddress remote) {
        if (remote == InProcessAddress.PIPE) {
            return new Origin(remote.toString(), 0, null);
        }
        InetSocketAddress socket = (InetSocketAddress) remote;
        InetAddress address = socket.getAddress();
        return new Origin(AddressText.of(address), socket.getPort(), address);
    }

    ConnectionType type() {
        return address == null ? ConnectionType.IN_PROCESS : ConnectionType.STANDARD;
    }

    /** Who asks to be somebody there. */
    Claimant claimant(String user) {
        return address == null ? Claimant.inProcess(user) : Claimant.at(address, user);
    }
}
