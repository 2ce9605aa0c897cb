package io.millrace.broker.monitor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of the live page, from the folder {@code page} beside this class. They ask nothing of
 * other sites, and may not: see {@link #CONTENT_SECURITY_POLICY}.
 */
final class StaticPage {
    /** What goes with each file. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'self'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final String INDEX = "index.html";

    /** In the index, where the links begin. */
    private static final String BASE = "${base}";

    /** A name alone, so that no path leads out of the folder. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}\\.([a-z]{1,5})");

    private static final Map<String, Reply.Kind> KINDS =
            Map.of(
                    "html", Reply.Kind.HTML,
                    "css", Reply.Kind.CSS,
                    "js", Reply.Kind.SCRIPT,
                    "svg", Reply.Kind.SVG,
                    "png", Reply.Kind.PNG,
                    "ico", Reply.Kind.ICON);

    private final String base;

    /**
     * @param base the path that all links begin with, its slash at the end included
     */
    StaticPage(String base) {
        this.base = base;
    }

    Reply index(Query query) {
        byte[] file = read(INDEX);
        if (file == null) {
            return Reply.notFound();
        }
        String html = new String(file, StandardCharsets.UTF_8).replace(BASE, base);
        return new Reply(200, Reply.Kind.HTML, html.getBytes(StandardCharsets.UTF_8));
    }

    /** A file by its name; that it isn't there, or has a name it can't have, is one answer. */
    Reply file(String name) {
        var matched = NAME.matcher(name);
        Reply.Kind kind = matched.matches() ? KINDS.get(matched.group(1)) : null;
        byte[] file = kind == null ? null : read(name);
        return file == null || kind == null ? Reply.notFound() : new Reply(200, kind, file);
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream in = StaticPage.class.getResourceAsStream("page/" + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
