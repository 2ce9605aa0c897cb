package io.millrace.broker.monitor.http;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.monitor.AnswerMemory;
import io.millrace.broker.monitor.Answers;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * One connection's requests, one after the other: nothing is read while a reply is under way, and
 * what one read has brought already waits. Monitor thread.
 */
final class HttpExchange extends SimpleChannelInboundHandler<HttpObject>
        implements Connections.Guest {
    private final HttpMonitor.Parts parts;
    private final SlowPeer slowPeer;
    private @Nullable InetAddress address;
    private Connections.Phase phase = Connections.Phase.LISTENING;
    private long sinceNs;
    private long unsentBytes;

    /** What is charged for the reply that is under way, large or not. */
    private long owedBytes;

    private Request.@Nullable Whole begun;

    /** Whether nothing more is heard: what is to be answered yet ends with a close. */
    private boolean deaf;

    /** Requests that were sent ahead. */
    private final ArrayDeque<Request> ahead = new ArrayDeque<>();

    HttpExchange(HttpMonitor.Parts parts, SlowPeer slowPeer) {
        this.parts = parts;
        this.slowPeer = slowPeer;
    }

    // --- the connection

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().remoteAddress() instanceof InetSocketAddress remote) {
            address = remote.getAddress();
        }
        sinceNs = parts.clockNs().getAsLong();
        parts.connections().enter(this);
        context.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        parts.connections().leave(this);
        deaf = true;
        ahead.clear();
        owe(0);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // What a peer does wrong is no news; what we do wrong was logged where it was.
        context.close();
    }

    @Override
    public @Nullable InetAddress address() {
        return address;
    }

    @Override
    public Connections.Phase phase() {
        return phase;
    }

    @Override
    public long sinceNs() {
        return sinceNs;
    }

    @Override
    public long unsentBytes() {
        return unsentBytes;
    }

    @Override
    public void dismiss() {
        deaf = true;
        ahead.clear();
        slowPeer.end();
    }

    private void enter(Connections.Phase next) {
        phase = next;
        sinceNs = parts.clockNs().getAsLong();
    }

    // --- hearing

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (deaf) {
            return;
        }
        Request request = heard(part);
        if (request == null) {
            return;
        }
        deaf = request instanceof Request.Wrong;
        if (phase == Connections.Phase.LISTENING) {
            take(context, request);
        } else if (ahead.size() < HttpLimits.AHEAD) {
            ahead.add(request);
        } else {
            ahead.add(new Request.Wrong(HttpResponseStatus.TOO_MANY_REQUESTS));
            deaf = true;
        }
    }

    private @Nullable Request heard(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            return new Request.Wrong(statusOf(part.decoderResult().cause()));
        }
        if (part instanceof HttpRequest request) {
            if (request.protocolVersion().majorVersion() != 1) {
                return new Request.Wrong(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED);
            }
            begun = Request.Whole.of(request);
        }
        if (part instanceof HttpContent content && content.content().isReadable()) {
            return new Request.Wrong(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        }
        Request.Whole whole = begun;
        if (part instanceof LastHttpContent && whole != null) {
            begun = null;
            return whole;
        }
        return null;
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (phase == Connections.Phase.LISTENING) {
            readOn(context);
        }
    }

    /** Reads once more, unless it was closed: its number may be another socket's by now. */
    private static void readOn(ChannelHandlerContext context) {
        if (context.channel().isOpen()) {
            context.read();
        }
    }

    // --- answering

    private void take(ChannelHandlerContext context, Request request) {
        enter(Connections.Phase.ASKED);
        slowPeer.asked();
        switch (request) {
            case Request.Wrong(HttpResponseStatus status) ->
                    send(context, HttpAnswer.plain(status), false, true);
            case Request.Whole whole -> {
                switch (RequestTarget.of(whole.method().name(), whole.target())) {
                    case RequestTarget.Malformed() ->
                            send(
                                    context,
                                    HttpAnswer.plain(HttpResponseStatus.BAD_REQUEST),
                                    whole.isHead(),
                                    true);
                    case RequestTarget.Server() -> aboutTheServer(context, whole);
                    case RequestTarget.Elsewhere(String location) ->
                            send(context, HttpAnswer.elsewhere(location), whole);
                    case RequestTarget.Resource resource -> answer(context, whole, resource);
                }
            }
        }
    }

    /** As Go does it: there is nothing to say of the server but that it is there. */
    private void aboutTheServer(ChannelHandlerContext context, Request.Whole whole) {
        if (whole.method().equals(HttpMethod.OPTIONS)) {
            send(context, HttpAnswer.empty(HttpResponseStatus.OK), whole);
        } else {
            send(context, HttpAnswer.empty(HttpResponseStatus.BAD_REQUEST), whole.isHead(), true);
        }
    }

    private void answer(
            ChannelHandlerContext context, Request.Whole whole, RequestTarget.Resource resource) {
        Answers.Effort effort = parts.answers().effort(resource.path());
        boolean isAction = parts.answers().isAction(resource.path());
        boolean isAllowed = isAction ? whole.isPost() : whole.isGetOrHead();
        if (!isAllowed && effort != Answers.Effort.NOTHING_THERE) {
            send(
                    context,
                    HttpAnswer.plain(HttpResponseStatus.METHOD_NOT_ALLOWED)
                            .with("Allow", isAction ? "POST" : "GET, HEAD"),
                    whole);
        } else if (effort.compareTo(Answers.Effort.SOME) < 0
                && parts.auth().remembers(whole.authorization())) {
            send(context, parts.httpAnswers().allowed(resource, whole), whole);
        } else {
            if (effort == Answers.Effort.MUCH) {
                enter(Connections.Phase.WAITING);
            }
            InetAddress from = address == null ? InetAddress.getLoopbackAddress() : address;
            parts.thread(effort).ask(from, () -> answerInTurn(context, whole, resource));
        }
    }

    /** The thread that answers. */
    private void answerInTurn(
            ChannelHandlerContext context, Request.Whole whole, RequestTarget.Resource resource) {
        if (!context.channel().isActive()) {
            return;
        }
        AnswerMemory memory = new AnswerMemory(parts.ledger());
        try {
            HttpAnswer answer = memory.making(() -> parts.httpAnswers().answer(resource, whole));
            memory.keep(answer.reply().body().length);
            // It waits, so that there is only one answer that no connection pays for yet.
            context.executor()
                    .submit(
                            () -> {
                                memory.release();
                                answered(context, whole, answer);
                            })
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            context.close();
        } catch (RejectedExecutionException e) {
            // The server ends, and its connections with it.
        } finally {
            memory.release();
        }
    }

    private void answered(ChannelHandlerContext context, Request.Whole whole, HttpAnswer answer) {
        if (!context.channel().isActive()) {
            return;
        }
        boolean room =
                whole.isHead() || parts.connections().hasRoom(this, answer.reply().body().length);
        send(
                context,
                room ? answer : HttpAnswer.later(HttpResponseStatus.SERVICE_UNAVAILABLE),
                whole);
    }

    // --- replying

    private void send(ChannelHandlerContext context, HttpAnswer answer, Request.Whole whole) {
        send(context, answer, whole.isHead(), !whole.keepAlive());
    }

    private void send(
            ChannelHandlerContext context, HttpAnswer answer, boolean headOnly, boolean close) {
        deaf |= close;
        HttpResponse head = answer.head();
        byte[] body = answer.reply().body();
        head.headers().set("Content-Length", body.length);
        head.headers().set("Date", DateFormatter.format(new Date()));
        HttpUtil.setKeepAlive(head, !close);
        enter(Connections.Phase.REPLYING);
        slowPeer.replying();
        byte[] sent = headOnly ? new byte[0] : body;
        owe(sent.length);
        unsentBytes = sent.length > parts.limits().smallBytes() ? sent.length : 0;
        new ReplyWriter(
                        context,
                        sent,
                        taken -> {
                            unsentBytes = 0;
                            owe(0);
                            if (close || !taken) {
                                context.close();
                            } else {
                                replied(context);
                            }
                        })
                .write(head);
    }

    private void owe(long bytes) {
        parts.ledger().add(Debt.MONITORING, bytes - owedBytes);
        owedBytes = bytes;
    }

    private void replied(ChannelHandlerContext context) {
        slowPeer.replied();
        enter(Connections.Phase.LISTENING);
        Request next = ahead.poll();
        if (next != null) {
            take(context, next);
        } else {
            readOn(context);
        }
    }
}
