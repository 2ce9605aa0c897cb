package io.millrace.broker.routing;

import io.millrace.broker.config.account.MappingOptions;
import io.millrace.protocol.MapDest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Subjects in the obvious way: strings, split at their dots. */
final class NaiveNames {
    private static final long FNV_PRIME = 16777619;
    private static final long FNV_BASIS = 2166136261L;

    private NaiveNames() {}

    static List<String> tokens(String subject) {
        return List.of(subject.split("\\.", -1));
    }

    /** Whether a pattern matches a subject, whose own wildcards are tokens like any other. */
    static boolean matches(String pattern, String subject) {
        return captured(pattern, subject) != null;
    }

    /** Whether a pattern matches all that another one does. */
    static boolean covers(String pattern, String narrower) {
        List<String> wide = tokens(pattern);
        List<String> narrow = tokens(narrower);
        for (int i = 0; i < wide.size(); i++) {
            if (i == narrow.size()) {
                return false;
            }
            if (wide.get(i).equals(">")) {
                return true;
            }
            if (narrow.get(i).equals(">")
                    || !wide.get(i).equals("*") && !wide.get(i).equals(narrow.get(i))) {
                return false;
            }
        }
        return wide.size() == narrow.size();
    }

    /** What the wildcards of a pattern stand for, the rest as one; null if it doesn't match. */
    private static @Nullable List<String> captured(String pattern, String subject) {
        List<String> wanted = tokens(pattern);
        List<String> tokens = tokens(subject);
        List<String> captured = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= tokens.size()) {
                return null;
            }
            if (wanted.get(i).equals(">")) {
                captured.add(String.join(".", tokens.subList(i, tokens.size())));
                return captured;
            }
            if (wanted.get(i).equals("*")) {
                captured.add(tokens.get(i));
            } else if (!wanted.get(i).equals(tokens.get(i))) {
                return null;
            }
        }
        return wanted.size() == tokens.size() ? captured : null;
    }

    /**
     * What a subject becomes.
     *
     * @param from matches it, or nothing becomes of it
     * @param to refers to the wildcards by number, or has its own in the same order
     */
    static @Nullable String renamed(String from, String to, String subject) {
        List<String> captured = captured(from, subject);
        if (captured == null) {
            return null;
        }
        List<String> made = new ArrayList<>();
        int next = 0;
        for (String token : tokens(to)) {
            if (token.equals("*")) {
                made.add(captured.get(next++));
            } else if (token.equals(">")) {
                made.add(captured.getLast());
            } else if (token.startsWith("$")) {
                made.add(captured.get(Integer.parseInt(token.substring(1)) - 1));
            } else if (token.startsWith("{{")) {
                made.add(called(token.substring(2, token.length() - 2), captured));
            } else {
                made.add(token);
            }
        }
        return String.join(".", made);
    }

    /** What becomes of a token depends on what a server has made up. */
    static final class UnforeseeableException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static String called(String call, List<String> captured) {
        String function = call.substring(0, call.indexOf('('));
        if (!function.equals("wildcard") && captured.stream().anyMatch(e -> e.contains("#"))) {
            throw new UnforeseeableException();
        }
        String[] arguments = call.substring(call.indexOf('(') + 1, call.length() - 1).split(",");
        int last = Integer.parseInt(arguments[arguments.length - 1]);
        if (function.equals("partition")) {
            return "" + hash(captured.get(last - 1)) % Integer.parseInt(arguments[0]);
        }
        String token = captured.get(Integer.parseInt(arguments[0]) - 1);
        boolean cuts = last < token.length();
        return switch (function) {
            case "wildcard" -> token;
            case "left" -> cuts ? token.substring(0, last) : token;
            case "splitfromleft" ->
                    cuts ? token.substring(0, last) + "." + token.substring(last) : token;
            default -> throw new AssertionError(function);
        };
    }

    private static long hash(String text) {
        long hash = FNV_BASIS;
        for (char each : text.toCharArray()) {
            hash = (hash ^ each) * FNV_PRIME % (1L << Integer.SIZE);
        }
        return hash;
    }

    /** What a new name matches: {@code a.$2.$1} as {@code a.*.*}. */
    static String filter(String to) {
        return String.join(
                ".", tokens(to).stream().map(each -> each.startsWith("$") ? "*" : each).toList());
    }

    /** The way back from a new name, which refers to every wildcard once. */
    static @Nullable String original(String from, String to, String subject) {
        List<String> order = new ArrayList<>();
        for (String token : tokens(to)) {
            if (token.startsWith("$")) {
                order.add(token);
            } else if (token.equals("*")) {
                order.add("$" + (order.size() + 1));
            }
        }
        List<String> back = new ArrayList<>();
        int wildcard = 0;
        for (String token : tokens(from)) {
            if (token.equals("*")) {
                wildcard++;
                back.add("$" + (order.indexOf("$" + wildcard) + 1));
            } else {
                back.add(token);
            }
        }
        return renamed(filter(to), String.join(".", back), subject);
    }

    /** What an account makes of a subject; null if the message is lost. Chance has no say. */
    static @Nullable String mapped(List<MappingOptions> mappings, String subject) {
        for (MappingOptions each : mappings) {
            if (matches(each.source(), subject)) {
                boolean lost = false;
                for (MapDest to : each.destinations()) {
                    if (to.weight() == 100) {
                        return renamed(each.source(), to.subject(), subject);
                    }
                    lost |= to.subject().equals(each.source());
                }
                return lost ? null : subject;
            }
        }
        return subject;
    }
}
