package io.millrace.broker.connection;

import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** How addresses are written, in logs and by others. */
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

    /**
     * What somebody else has written for an address, with neither brackets nor zone, and no name
     * that would have to be looked up.
     *
     * @return its bytes; null if it isn't one
     */
    public static byte @Nullable [] parsed(String text) {
        if (text.indexOf('[') >= 0 || text.indexOf('%') >= 0) {
            return null;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        // An IPv4 address with leading zeros some take for octal.
        boolean plain =
                bytes == null
                        || text.indexOf(':') >= 0
                        || text.equals(NetUtil.bytesToIpAddress(bytes));
        return plain ? bytes : null;
    }
}
