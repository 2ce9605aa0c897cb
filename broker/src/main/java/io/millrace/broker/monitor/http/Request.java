package io.millrace.broker.monitor.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;

import org.jspecify.annotations.Nullable;

/** What a connection has sent, with what we need of it only. */
sealed interface Request {
    /** A whole request. */
    record Whole(
            HttpMethod method, String target, boolean keepAlive, @Nullable String authorization)
            implements Request {
        static Whole of(HttpRequest request) {
            return new Whole(
                    request.method(),
                    request.uri(),
                    HttpUtil.isKeepAlive(request),
                    request.headers().get(HttpHeaderNames.AUTHORIZATION));
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
