package io.millrace.broker.config.tls;

import java.util.List;

/** The groups of key agreement, by the names the reference gives them. */
final class Curves {
    /** What the reference knows. */
    static final List<String> ALL =
            List.of(
                    "X25519MLKEM768",
                    "SecP256r1MLKEM768",
                    "SecP384r1MLKEM1024",
                    "X25519",
                    "CurveP256",
                    "CurveP384",
                    "CurveP521");

    /** What there is an implementation for. */
    static final List<String> BUILT =
            List.of("X25519MLKEM768", "X25519", "CurveP256", "CurveP384", "CurveP521");

    private Curves() {}
}
