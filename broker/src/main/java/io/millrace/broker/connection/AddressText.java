package io.millrace.broker.connection;

import io.netty.util.NetUtil;

import java.net.InetAddress;

/** How addresses are written, in logs and to others. */
public final class AddressText {
    private AddressText() {}

    /**
     * An address without brackets: IPv6 in its short form (RFC 5952), with the zone only where an
     * address means nothing without, as Go writes it.
     */
    public static String of(InetAddress address) {
        String text = NetUtil.toAddressString(address);
        if (!address.isLinkLocalAddress()) {
            return text;
        }
        String zoned = address.getHostAddress();
        int zone = zoned.indexOf('%');
        return zone < 0 ? text : text + zoned.substring(zone);
    }
}
