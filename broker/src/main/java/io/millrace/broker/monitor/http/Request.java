package io.millrace.broker.monitor.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;

import org.jspecify.annotations.Nullable;

/** What a connection has sent, with what we need of it only. */
sealed interface Request {
    /** Without asking, a browser lets no other site send this along. */
    String MEANT = "X-Millrace";

    /**
     * A whole request.
     *
     * @param isMeant whether it has the header that only somebody can send who means this server
     */
    record Whole(
            HttpMethod method,
            String target,
            boolean keepAlive,
            @Nullable String authorization,
            @Nullable String accept,
            boolean isMeant)
            implements Request {
        static Whole of(HttpRequest request) {
            return new Whole(
                    request.method(),
                    request.uri(),
                    HttpUtil.isKeepAlive(request),
                    request.headers().get(HttpHeaderNames.AUTHORIZATION),
                    request.headers().get(HttpHeaderNames.ACCEPT),
                    request.headers().contains(MEANT));
        }

        boolean isPost() {
            return method.equals(HttpMethod.POST);
        }

        boolean isHead() {
            return method.equals(HttpMethod.HEAD);
        }

        boolean isGetOrHead() {
            return isHead() || method.equals(HttpMethod.GET);
        }
    }

    /** No request that we could answer; nobody knows what the rest of it is. */
    record Wrong(HttpResponseStatus status) implements Request {}
}
