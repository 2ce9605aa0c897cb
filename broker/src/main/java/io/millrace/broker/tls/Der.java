package io.millrace.broker.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * As much of ASN.1's DER as it takes to put the older forms of private keys into PKCS#8, the only
 * one the JDK reads.
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;

    /** The first optional field of a sequence, with its own value inside. */
    static final int CONTEXT_0 = 0xA0;

    private static final byte[] ZERO = {INTEGER, 1, 0};
    private static final byte[] NULL = {0x05, 0};
    private static final byte[] RSA = oid(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01);
    private static final byte[] EC = oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01);

    private final byte[] bytes;
    private final int end;
    private int at;

    private Der(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    // --- private keys

    /** PKCS#8 of an RSA key in PKCS#1. */
    static byte[] pkcs8OfRsa(byte[] pkcs1) {
        return pkcs8(sequence(RSA, NULL), pkcs1);
    }

    /**
     * PKCS#8 of an elliptic curve's key as SEC 1 has it.
     *
     * @throws TlsFileException if it isn't one, or doesn't name its curve
     */
    static byte[] pkcs8OfEc(byte[] sec1) throws TlsFileException {
        Der key = new Der(sec1, 0, sec1.length).open(SEQUENCE);
        key.skip(INTEGER);
        key.skip(OCTET_STRING);
        if (!key.isNext(CONTEXT_0)) {
            throw new TlsFileException("the key doesn't name its curve");
        }
        return pkcs8(sequence(EC, key.open(CONTEXT_0).whole(OID)), sec1);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return sequence(ZERO, algorithm, value(OCTET_STRING, key));
    }

    // --- reading

    private boolean isNext(int tag) {
        return at < end && (bytes[at] & 0xFF) == tag;
    }

    /** The content of the next value, as values of their own; goes on behind it. */
    private Der open(int tag) throws TlsFileException {
        int length = header(tag);
        Der inside = new Der(bytes, at, at + length);
        at += length;
        return inside;
    }

    private void skip(int tag) throws TlsFileException {
        open(tag);
    }

    /** The next value, tag and length included. */
    private byte[] whole(int tag) throws TlsFileException {
        int from = at;
        skip(tag);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** Goes behind tag and length; returns the length, which is inside of this. */
    private int header(int tag) throws TlsFileException {
        if (!isNext(tag)) {
            throw broken();
        }
        at++;
        int length = octet();
        if (length > 0x7F) {
            int octets = length & 0x7F;
            if (octets < 1 || octets > 3) {
                throw broken();
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << Byte.SIZE | octet();
            }
        }
        if (length > end - at) {
            throw broken();
        }
        return length;
    }

    private int octet() throws TlsFileException {
        if (at >= end) {
            throw broken();
        }
        return bytes[at++] & 0xFF;
    }

    private static TlsFileException broken() {
        return new TlsFileException("the key is broken");
    }

    // --- writing

    private static byte[] oid(int... octets) {
        byte[] content = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            content[i] = (byte) octets[i];
        }
        return value(OID, content);
    }

    private static byte[] sequence(byte[]... values) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] value : values) {
            content.writeBytes(value);
        }
        return value(SEQUENCE, content.toByteArray());
    }

    private static byte[] value(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | octets);
            for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
