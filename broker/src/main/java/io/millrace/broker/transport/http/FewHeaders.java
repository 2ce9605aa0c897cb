package io.millrace.broker.transport.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The headers of a request, no more than so many: an object for each would be many times what was
 * sent. Netty has no such limit, and calls this method for each.
 */
final class FewHeaders extends DefaultHttpHeaders {
    private final int most;
    private int count;

    private FewHeaders(int most) {
        this.most = most;
    }

    /** Makes headers of each request, so many at most. */
    static HttpHeadersFactory upTo(int most) {
        return new HttpHeadersFactory() {
            @Override
            public HttpHeaders newHeaders() {
                return new FewHeaders(most);
            }

            @Override
            public HttpHeaders newEmptyHeaders() {
                return new FewHeaders(most);
            }
        };
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (++count > most) {
            throw new TooLongHttpHeaderException("more than " + most + " headers");
        }
        return super.add(name, value);
    }
}
