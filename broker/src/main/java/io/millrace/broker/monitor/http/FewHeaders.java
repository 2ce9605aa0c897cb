package io.millrace.broker.monitor.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The headers of a request, no more than {@link HttpLimits#HEADERS}: an object for each would be
 * many times what was sent. Netty has no such limit, and calls this method for each.
 */
final class FewHeaders extends DefaultHttpHeaders {
    static final HttpHeadersFactory FACTORY =
            new HttpHeadersFactory() {
                @Override
                public HttpHeaders newHeaders() {
                    return new FewHeaders();
                }

                @Override
                public HttpHeaders newEmptyHeaders() {
                    return new FewHeaders();
                }
            };

    private int count;

    private FewHeaders() {}

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (++count > HttpLimits.HEADERS) {
            throw new TooLongHttpHeaderException("more than " + HttpLimits.HEADERS + " headers");
        }
        return super.add(name, value);
    }
}
