package io.millrace.broker.monitor.http;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Answers;
import io.millrace.broker.monitor.Query;
import io.millrace.broker.monitor.Reply;
import io.millrace.broker.monitor.Routes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.regex.Pattern;

/**
 * One connection's requests, one after the other: nothing is read while a reply is under way, and
 * what one read has brought already waits. Monitor thread.
 */
final class HttpExchange extends SimpleChannelInboundHandler<HttpObject> {
    /** A function of JavaScript, by its path; anything else could become code. */
    private static final Pattern CALLBACK =
            Pattern.compile("[A-Za-z_$][\\w$]{0,63}(\\.[A-Za-z_$][\\w$]{0,63}){0,7}");

    private final Answers answers;
    private final BasicAuth auth;
    private final HttpLimits limits;
    private final HttpUsage usage;
    private final SlowPeer slowPeer;
    private final ServerLog log;
    private @Nullable HttpRequest request;
    private boolean counted;
    private boolean ending;
    private boolean replying;

    /** Parts of requests that were sent ahead; no more than one read brings. */
    private final ArrayDeque<HttpObject> ahead = new ArrayDeque<>();

    HttpExchange(
            Answers answers,
            BasicAuth auth,
            HttpLimits limits,
            HttpUsage usage,
            SlowPeer slowPeer,
            ServerLog log) {
        this.answers = answers;
        this.auth = auth;
        this.limits = limits;
        this.usage = usage;
        this.slowPeer = slowPeer;
        this.log = log;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (usage.connections >= limits.connections()) {
            context.close();
            return;
        }
        counted = true;
        usage.connections++;
        context.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (counted) {
            counted = false;
            usage.connections--;
        }
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // What a peer does wrong is no news; what we do wrong was logged where it was.
        context.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (ending) {
            return;
        }
        if (replying) {
            ahead.add(ReferenceCountUtil.retain(part));
        } else {
            take(context, part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!replying) {
            context.read();
        }
    }

    private void replied(ChannelHandlerContext context) {
        slowPeer.replied();
        replying = false;
        while (!replying && !ending && !ahead.isEmpty()) {
            HttpObject part = ahead.remove();
            take(context, part);
            ReferenceCountUtil.release(part);
        }
        if (!replying) {
            context.read();
        }
    }

    private void take(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            refuse(context, statusOf(part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpRequest begun) {
            request = begun;
        }
        if (part instanceof HttpContent content && content.content().isReadable()) {
            refuse(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
            return;
        }
        HttpRequest whole = request;
        if (part instanceof LastHttpContent && whole != null) {
            request = null;
            answer(context, whole);
        }
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    /** Says what is wrong and closes: nobody knows what the rest of such a request is. */
    private void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
        ending = true;
        send(context, plain(status), true, false);
    }

    private void answer(ChannelHandlerContext context, HttpRequest whole) {
        boolean close = !HttpUtil.isKeepAlive(whole);
        boolean head = whole.method().equals(HttpMethod.HEAD);
        FullHttpResponse response;
        if (!head && !whole.method().equals(HttpMethod.GET)) {
            response = plain(HttpResponseStatus.METHOD_NOT_ALLOWED);
            response.headers().set("Allow", "GET, HEAD");
        } else {
            response = checked(whole);
        }
        ending = close;
        send(context, response, close, head);
    }

    private FullHttpResponse checked(HttpRequest whole) {
        switch (auth.judge(whole.headers().get(HttpHeaderNames.AUTHORIZATION))) {
            case REFUSED -> {
                FullHttpResponse response = plain(HttpResponseStatus.UNAUTHORIZED);
                response.headers()
                        .set("WWW-Authenticate", "Basic realm=\"Millrace\", charset=\"UTF-8\"");
                return response;
            }
            case LATER -> {
                return later(HttpResponseStatus.TOO_MANY_REQUESTS);
            }
            case ALLOWED -> {}
        }
        if (usage.unsentBytes > limits.unsentBytes()) {
            return later(HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
        try {
            return response(asked(whole.uri()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return plain(HttpResponseStatus.SERVICE_UNAVAILABLE);
        } catch (RuntimeException | Error e) {
            log.error("Monitoring failed: " + e);
            return plain(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        }
    }

    private Reply asked(String uri) throws InterruptedException {
        int mark = uri.indexOf('?');
        Query query = Query.parse(mark < 0 ? "" : uri.substring(mark + 1));
        Reply reply = answers.answer(mark < 0 ? uri : uri.substring(0, mark), query);
        String callback = query.text("callback");
        return callback.isEmpty() || reply.kind() != Reply.Kind.JSON
                ? reply
                : call(callback, reply);
    }

    private Reply call(String callback, Reply reply) {
        if (auth.isRequired()) {
            // A script of another site would run with the browser's password.
            return text(400, "callback is not to be had where there is a password");
        }
        if (!CALLBACK.matcher(callback).matches()) {
            return text(400, "callback must be the name of a function");
        }
        String script = callback + '(' + new String(reply.body(), StandardCharsets.UTF_8) + ')';
        return new Reply(reply.status(), Reply.Kind.CALL, script.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply text(int status, String text) {
        return new Reply(status, Reply.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static FullHttpResponse later(HttpResponseStatus status) {
        FullHttpResponse response = plain(status);
        response.headers().set("Retry-After", "1");
        return response;
    }

    private static FullHttpResponse plain(HttpResponseStatus status) {
        return response(text(status.code(), status.reasonPhrase() + "\n"));
    }

    private static FullHttpResponse response(Reply reply) {
        ByteBuf body = Unpooled.wrappedBuffer(reply.body());
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), body);
        HttpHeaders headers = response.headers();
        headers.set("Content-Type", reply.kind().contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", Routes.contentSecurityPolicy());
        if (reply.kind() == Reply.Kind.JSON) {
            headers.set("Access-Control-Allow-Origin", "*");
        }
        return response;
    }

    private void send(
            ChannelHandlerContext context,
            FullHttpResponse response,
            boolean close,
            boolean headOnly) {
        int length = response.content().readableBytes();
        response.headers().set("Content-Length", length);
        response.headers().set("Date", DateFormatter.format(new Date()));
        HttpUtil.setKeepAlive(response, !close);
        FullHttpResponse sent = headOnly ? response.replace(Unpooled.EMPTY_BUFFER) : response;
        replying = true;
        slowPeer.replying();
        usage.unsentBytes += length;
        context.writeAndFlush(sent)
                .addListener(
                        written -> {
                            usage.unsentBytes -= length;
                            if (close || !written.isSuccess()) {
                                context.close();
                            } else {
                                replied(context);
                            }
                        });
    }
}
