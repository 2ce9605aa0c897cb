package io.millrace.broker.monitor.http;

import java.util.ArrayDeque;

/**
 * What a request is for. The reference's monitoring runs on Go's {@code ServeMux}, and scripts have
 * got used to it: a path that isn't clean is answered with where the clean one is, and segments are
 * compared with their escapes undone.
 */
sealed interface RequestTarget {
    /**
     * Something that may be there.
     *
     * @param path clean, but for CONNECT; a slash that was escaped is no slash
     * @param query as it was sent
     */
    record Resource(String path, String query) implements RequestTarget {}

    /** The same under its clean path, to which the client is sent. */
    record Elsewhere(String location) implements RequestTarget {}

    /** {@code *}: the server itself. */
    record Server() implements RequestTarget {}

    /** No URL. */
    record Malformed() implements RequestTarget {}

    /**
     * Reads it.
     *
     * @param target as it stands in the first line, a character for a byte
     */
    static RequestTarget of(String method, String target) {
        if (target.equals("*")) {
            return new Server();
        }
        RequestUri uri = RequestUri.parse(method, target);
        if (uri == null) {
            return new Malformed();
        }
        String path = uri.path();
        if (!method.equals("CONNECT")) {
            String clean = clean(path);
            if (!clean.equals(path)) {
                // As Go does it: what is escaped already is escaped once more.
                String query = uri.query().isEmpty() ? "" : '?' + uri.query();
                return new Elsewhere(Escapes.of(clean) + query);
            }
        }
        return new Resource(undone(path), Escapes.utf8(uri.query()));
    }

    /** Without empty segments and dots; a slash at the end stays. */
    private static String clean(String path) {
        ArrayDeque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> segments.pollLast();
                default -> segments.addLast(segment);
            }
        }
        String clean = '/' + String.join("/", segments);
        return path.endsWith("/") && !segments.isEmpty() ? clean + '/' : clean;
    }

    private static String undone(String path) {
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String undone = Escapes.undone(segments[i]);
            segments[i] = undone.indexOf('/') < 0 ? Escapes.utf8(undone) : segments[i];
        }
        return String.join("/", segments);
    }
}
