package io.millrace.protocol;

/** A transform of subjects or a mapping was refused; the message is the reference's. */
public final class BadTransformException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with a destination. */
    enum Reason {
        INVALID_TRANSFORM("invalid transform"),
        NOT_ALL_WILDCARDS("not using all of the token wildcard(s)"),
        UNKNOWN_FUNCTION("unknown function"),
        INDEX_OUT_OF_RANGE("wildcard index out of range"),
        NOT_ENOUGH_ARGUMENTS("not enough arguments passed to the function"),
        INVALID_ARGUMENT("function argument is invalid or in the wrong format"),
        TOO_MANY_ARGUMENTS("too many arguments passed to the function"),
        NOT_FOR_IMPORTS(
                "the only mapping function allowed for import transforms is {{Wildcard()}}");

        private final String text;

        Reason(String text) {
            this.text = "invalid mapping destination: " + text;
        }
    }

    private BadTransformException(String message) {
        super(message, null, false, false);
    }

    static BadTransformException invalidSubject() {
        return new BadTransformException("invalid subject");
    }

    /** What is wrong, and where; no place is named if that is empty. */
    static BadTransformException destination(Reason reason, String where) {
        return new BadTransformException(
                where.isEmpty() ? reason.text : reason.text + " in " + where);
    }

    static BadTransformException weight() {
        return new BadTransformException("individual weights need to be <= 100");
    }

    static BadTransformException totalWeight() {
        return new BadTransformException("total weight needs to be <= 100");
    }

    static BadTransformException duplicate(String destination) {
        return new BadTransformException("duplicate entry for \"" + Quoted.utf8(destination) + '"');
    }
}
