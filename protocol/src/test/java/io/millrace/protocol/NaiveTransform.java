package io.millrace.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Transforms in the obvious way, with strings and regular expressions. Strings have a character for
 * each byte, so that lengths are those of bytes.
 */
final class NaiveTransform {
    private static final String BLANKS = "[\\t\\n\\f\\r ]*";
    private static final String BAD = "invalid mapping destination: ";
    private static final String ARGUMENT = "function argument is invalid or in the wrong format";

    /** One UTF-8 character, or else one byte. */
    private static final Pattern CHARACTER =
            Pattern.compile(
                    "[\\xC2-\\xDF][\\x80-\\xBF]"
                            + "|\\xE0[\\xA0-\\xBF][\\x80-\\xBF]"
                            + "|[\\xE1-\\xEC\\xEE\\xEF][\\x80-\\xBF]{2}"
                            + "|\\xED[\\x80-\\x9F][\\x80-\\xBF]"
                            + "|\\xF0[\\x90-\\xBF][\\x80-\\xBF]{2}"
                            + "|[\\xF1-\\xF3][\\x80-\\xBF]{3}"
                            + "|\\xF4[\\x80-\\x8F][\\x80-\\xBF]{2}"
                            + "|[\\x00-\\xFF]");

    private static final List<String> FUNCTIONS =
            List.of(
                    "[wW]ildcard",
                    "[pP]artition",
                    "[sS]plit[fF]rom[lL]eft",
                    "[sS]plit[fF]rom[rR]ight",
                    "[sS]lice[fF]rom[lL]eft",
                    "[sS]lice[fF]rom[rR]ight",
                    "[rR]ight",
                    "[lL]eft",
                    "[sS]plit",
                    "[rR]andom");

    /** A function's name in small letters, and its arguments. */
    private record Call(String function, List<BigInteger> numbers, String delimiter) {}

    private final List<String> source;
    private final List<Object> destination = new ArrayList<>();

    /**
     * Makes one or throws.
     *
     * @throws IllegalArgumentException with the text of what is wrong
     */
    NaiveTransform(String from, String to, boolean strict) {
        source = List.of((from.isEmpty() ? ">" : from).split("\\.", -1));
        List<String> tokens = List.of(to.split("\\.", -1));
        long wildcards = source.stream().filter("*"::equals).count();
        boolean rest = source.getLast().equals(">");
        require(
                isSubject(source)
                        && isSubject(tokens)
                        && !tokens.contains("*")
                        && rest == tokens.getLast().equals(">"),
                "invalid subject");
        long used = 0;
        for (String token : tokens) {
            Optional<Call> parsed = parse(token);
            destination.add(parsed.isPresent() ? parsed.get() : token);
            if (parsed.isEmpty()) {
                continue;
            }
            Call call = parsed.get();
            if (wildcards == 0 && !rest) {
                require(
                        call.function.equals("partition") || call.function.equals("random"),
                        BAD + "wildcard index out of range in " + token);
                continue;
            }
            require(
                    !strict || call.function.equals("wildcard"),
                    BAD
                            + "the only mapping function allowed for import transforms is"
                            + " {{Wildcard()}} in "
                            + token);
            for (BigInteger index : indexes(call)) {
                require(
                        index.compareTo(BigInteger.valueOf(wildcards)) <= 0,
                        BAD + "wildcard index out of range in " + token + ": [" + index + "]");
                used++;
            }
        }
        require(
                !strict || wildcards == 0 && !rest || used >= wildcards,
                BAD + "not using all of the token wildcard(s) in " + to);
    }

    private static boolean isSubject(List<String> tokens) {
        return tokens.stream().noneMatch(String::isEmpty)
                && !tokens.subList(0, tokens.size() - 1).contains(">");
    }

    private static Optional<Call> parse(String token) {
        if (token.startsWith("$")) {
            return integer(token.substring(1))
                    .map(number -> new Call("wildcard", List.of(number), ""));
        }
        if (!token.startsWith("{{") || !token.endsWith("}}") || token.length() < 5) {
            return Optional.empty();
        }
        for (String function : FUNCTIONS) {
            Matcher matcher =
                    Pattern.compile(
                                    "\\{\\{B%sB\\((.*)\\)B\\}\\}"
                                            .formatted(function)
                                            .replace("B", BLANKS),
                                    Pattern.UNIX_LINES)
                            .matcher(token);
            if (matcher.find()) {
                String name = function.replaceAll("\\[(.).]", "$1");
                return Optional.of(
                        call(name, List.of(matcher.group(1).split("," + BLANKS, -1)), token));
            }
        }
        throw new IllegalArgumentException(BAD + "unknown function in " + token);
    }

    private static Call call(String function, List<String> arguments, String token) {
        int count = arguments.size();
        int needed =
                switch (function) {
                    case "wildcard", "random" -> 1;
                    case "partition" -> count;
                    default -> 2;
                };
        boolean none = function.equals("wildcard") && arguments.equals(List.of(""));
        // The reference's slip: too many are not enough.
        boolean notEnough = count < needed || none || function.equals("random") && count > needed;
        require(!notEnough, BAD + "not enough arguments passed to the function in " + token);
        require(count == needed, BAD + "too many arguments passed to the function in " + token);
        List<BigInteger> numbers = new ArrayList<>();
        String delimiter = "";
        for (int i = 0; i < count; i++) {
            if (function.equals("split") && i == 1) {
                delimiter = arguments.get(i);
                require(!delimiter.contains(" "), BAD + ARGUMENT + " in " + token);
            } else {
                Optional<BigInteger> number = integer(arguments.get(i).replaceAll("^ +| +$", ""));
                require(number.isPresent(), BAD + ARGUMENT + " in " + token);
                numbers.add(number.orElseThrow());
            }
        }
        boolean lowBits = function.equals("partition") || function.equals("random");
        BigInteger size = lowBits ? numbers.getFirst() : numbers.getLast();
        if (!function.equals("wildcard") && !function.equals("split")) {
            require(
                    size.compareTo(BigInteger.valueOf(Integer.MAX_VALUE)) <= 0
                            && (lowBits
                                    || size.compareTo(BigInteger.valueOf(Integer.MIN_VALUE)) >= 0),
                    BAD + ARGUMENT + " in " + token);
        }
        return new Call(function, numbers, delimiter);
    }

    private static Optional<BigInteger> integer(String text) {
        return text.matches("[+-]?[0-9]+") && new BigInteger(text).bitLength() < Long.SIZE
                ? Optional.of(new BigInteger(text))
                : Optional.empty();
    }

    private static List<BigInteger> indexes(Call call) {
        return switch (call.function) {
            case "partition" -> call.numbers.subList(1, call.numbers.size());
            case "random" -> List.of();
            default -> List.of(call.numbers.getFirst());
        };
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** What becomes of a subject, nothing if it doesn't match. */
    Optional<String> apply(String subject, RandomGenerator random) {
        List<String> tokens = List.of(subject.split("\\.", -1));
        if (!matches(tokens)) {
            return Optional.empty();
        }
        List<String> made = new ArrayList<>();
        for (Object each : destination) {
            if (each instanceof Call call) {
                made.add(made(call, tokens, subject, random));
            } else if (each.equals(">")) {
                made.addAll(tokens.subList(source.size() - 1, tokens.size()));
            } else {
                made.add((String) each);
            }
        }
        return Optional.of(String.join(".", made));
    }

    private boolean matches(List<String> tokens) {
        boolean rest = source.getLast().equals(">");
        int fixed = rest ? source.size() - 1 : source.size();
        if (rest ? tokens.size() <= fixed : tokens.size() != fixed) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            boolean wildcard = source.get(i).equals("*");
            if (wildcard
                    ? tokens.get(i).isEmpty() || tokens.get(i).equals(">")
                    : !tokens.get(i).equals(source.get(i))) {
                return false;
            }
        }
        return true;
    }

    private String made(Call call, List<String> tokens, String subject, RandomGenerator random) {
        if (call.function.equals("random")) {
            int bound = call.numbers.getFirst().intValue();
            return bound == 0 ? "0" : "" + Math.floorMod(random.nextInt() >>> 1, Math.abs(bound));
        }
        List<String> wildcards = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).equals("*")) {
                wildcards.add(tokens.get(i));
            }
        }
        boolean bound = !wildcards.isEmpty() || source.getLast().equals(">");
        List<String> named =
                !bound
                        ? List.of()
                        : indexes(call).stream()
                                .map(
                                        i ->
                                                i.signum() < 1
                                                        ? tokens.getFirst()
                                                        : wildcards.get(i.intValue() - 1))
                                .toList();
        if (call.function.equals("partition")) {
            String key = named.isEmpty() ? subject : String.join("", named);
            return partition(key, call.numbers.getFirst());
        }
        String token = named.getFirst();
        int size = call.numbers.getLast().intValue();
        int length = token.length();
        boolean cuts = size > 0 && size < length;
        return switch (call.function) {
            case "wildcard" -> token;
            case "split" -> split(token, call.delimiter);
            case "left" -> cuts ? token.substring(0, size) : token;
            case "right" -> cuts ? token.substring(length - size) : token;
            case "splitfromleft" -> insert(token, cuts ? List.of(size) : List.of());
            case "splitfromright" -> insert(token, cuts ? List.of(length - size) : List.of());
            case "slicefromleft" -> slice(token, cuts ? size : length, 0);
            case "slicefromright" -> slice(token, cuts ? size : length, cuts ? length % size : 0);
            default -> throw new AssertionError(call.function);
        };
    }

    private static String insert(String token, List<Integer> dots) {
        StringBuilder made = new StringBuilder(token);
        dots.reversed().forEach(dot -> made.insert(dot, "."));
        return made.toString();
    }

    private static String slice(String token, int size, int first) {
        List<Integer> dots = new ArrayList<>();
        for (int i = first == 0 ? size : first; i < token.length(); i += Math.max(1, size)) {
            dots.add(i);
        }
        return insert(token, dots);
    }

    private static String split(String token, String delimiter) {
        List<String> pieces =
                delimiter.isEmpty()
                        ? CHARACTER.matcher(token).results().map(found -> found.group()).toList()
                        : Arrays.asList(token.split(Pattern.quote(delimiter), -1));
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            boolean behindFirst = i == 1 ? !pieces.getFirst().isEmpty() : i > 1;
            made.append(behindFirst && !pieces.get(i).isEmpty() ? "." : "").append(pieces.get(i));
        }
        return made.toString();
    }

    private static String partition(String key, BigInteger buckets) {
        long hash = 2166136261L;
        for (char each : key.toCharArray()) {
            hash = (hash ^ each) * 16777619 % (1L << Integer.SIZE);
        }
        long unsigned = Integer.toUnsignedLong(buckets.intValue());
        return "" + (unsigned == 0 ? 0 : hash % unsigned);
    }
}
