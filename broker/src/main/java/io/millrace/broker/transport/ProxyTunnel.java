package io.millrace.broker.transport;

import io.millrace.broker.config.leaf.LeafProxy;
import io.millrace.broker.connection.TimeLimit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way of a channel through an HTTP proxy, with CONNECT; out of the pipeline when the proxy has
 * agreed. What follows its answer is the other server's. Belongs to the channel's I/O loop.
 */
public final class ProxyTunnel extends ChannelInboundHandlerAdapter {
    /** An answer with more before its empty line is none. */
    private static final int MOST_BYTES = 8 * 1024;

    private static final String END = "\r\n\r\n";
    private static final Pattern STATUS =
            Pattern.compile("HTTP/1\\.[01] (\\d{3}(?: [^\\r\\n]*)?)\\r?\\n.*", Pattern.DOTALL);

    /** Hears what becomes of it. On the I/O loop. */
    public interface Outcome {
        /** The channel leads to the other server: fills its pipeline. */
        void through();

        /**
         * It doesn't; the channel is closed.
         *
         * @param cause for the log
         */
        void failed(String cause);
    }

    private final LeafProxy proxy;
    private final String address;
    private final long timeoutMs;
    private final Outcome outcome;
    private final ByteBuf answer = Unpooled.buffer(512, MOST_BYTES);
    private final TimeLimit limit = new TimeLimit();
    private boolean done;

    /**
     * Makes one.
     *
     * @param address {@code host:port} of the other server
     * @param timeoutMs time for the proxy to answer
     */
    public ProxyTunnel(LeafProxy proxy, String address, long timeoutMs, Outcome outcome) {
        this.proxy = proxy;
        this.address = address;
        this.timeoutMs = timeoutMs;
        this.outcome = outcome;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        limit.begin(
                context.executor(),
                Duration.ofMillis(timeoutMs),
                () -> fail(context, "failed to read proxy response: i/o timeout"));
        StringBuilder request = new StringBuilder();
        request.append("CONNECT ").append(address).append(" HTTP/1.1\r\n");
        request.append("Host: ").append(address).append("\r\n");
        if (!proxy.username().isEmpty()) {
            String who = proxy.username() + ":" + proxy.password().value();
            request.append("Proxy-Authorization: Basic ")
                    .append(
                            Base64.getEncoder()
                                    .encodeToString(who.getBytes(StandardCharsets.UTF_8)))
                    .append("\r\n");
        }
        request.append("\r\n");
        context.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.UTF_8));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (done) {
            read.release();
            return;
        }
        while (read.isReadable() && !endsHere()) {
            if (!answer.isWritable() && answer.writerIndex() == MOST_BYTES) {
                read.release();
                fail(context, "failed to read proxy response: its header is too long");
                return;
            }
            answer.writeByte(read.readByte());
        }
        if (!endsHere()) {
            read.release();
            return;
        }
        Matcher status = STATUS.matcher(answer.toString(StandardCharsets.ISO_8859_1));
        if (!status.matches()) {
            read.release();
            fail(context, "failed to read proxy response: malformed HTTP response");
        } else if (!status.group(1).startsWith("200")) {
            read.release();
            fail(context, "proxy CONNECT failed: " + status.group(1));
        } else {
            through(context, read);
        }
    }

    private boolean endsHere() {
        int length = answer.readableBytes();
        return length >= END.length()
                && answer.toString(length - END.length(), END.length(), StandardCharsets.ISO_8859_1)
                        .equals(END);
    }

    private void through(ChannelHandlerContext context, ByteBuf rest) {
        finish();
        outcome.through();
        context.fireChannelActive();
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        context.pipeline().remove(this);
    }

    private void fail(ChannelHandlerContext context, String cause) {
        if (!done) {
            finish();
            outcome.failed(cause);
            context.close();
        }
    }

    private void finish() {
        done = true;
        answer.release();
        limit.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(context, "failed to read proxy response: " + cause.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (done) {
            context.fireChannelInactive();
        } else {
            fail(context, "failed to read proxy response: EOF");
        }
    }
}
