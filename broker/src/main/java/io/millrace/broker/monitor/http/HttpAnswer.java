package io.millrace.broker.monitor.http;

import io.millrace.broker.monitor.Paths;
import io.millrace.broker.monitor.Reply;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A reply with what HTTP has to say of it.
 *
 * @param headers beside those that go with its kind
 */
record HttpAnswer(Reply reply, Map<String, String> headers) {
    HttpAnswer(Reply reply) {
        this(reply, Map.of());
    }

    /** The words that go with a status, and no more. */
    static HttpAnswer plain(HttpResponseStatus status) {
        return new HttpAnswer(text(status.code(), status.reasonPhrase() + "\n"));
    }

    /** Nothing but the status. */
    static HttpAnswer empty(HttpResponseStatus status) {
        return new HttpAnswer(text(status.code(), ""));
    }

    /** Not now, but soon. */
    static HttpAnswer later(HttpResponseStatus status) {
        return later(status, status.reasonPhrase() + "\n");
    }

    /** Not now, but soon, and why. */
    static HttpAnswer later(HttpResponseStatus status, String why) {
        return new HttpAnswer(text(status.code(), why)).with("Retry-After", "1");
    }

    /** Sends the client to another path, as Go does it. */
    static HttpAnswer elsewhere(String location) {
        String link = "<a href=\"" + inHtml(location) + "\">Temporary Redirect</a>.\n\n";
        Reply reply = new Reply(307, Reply.Kind.HTML, link.getBytes(StandardCharsets.ISO_8859_1));
        return new HttpAnswer(reply).with("Location", Escapes.ofNonAscii(location));
    }

    private static String inHtml(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    static Reply text(int status, String text) {
        return new Reply(status, Reply.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    HttpAnswer with(String name, String value) {
        return new HttpAnswer(reply, Map.of(name, value));
    }

    /** Status and headers, but those that tell of the body's length and the connection. */
    HttpResponse head() {
        HttpResponse head =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        head.headers()
                .set("Content-Type", reply.kind().contentType())
                .set("Cache-Control", "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("Content-Security-Policy", Paths.contentSecurityPolicy());
        if (reply.kind() == Reply.Kind.JSON) {
            head.headers().set("Access-Control-Allow-Origin", "*");
        }
        headers.forEach((name, value) -> head.headers().set(name, value));
        return head;
    }
}
