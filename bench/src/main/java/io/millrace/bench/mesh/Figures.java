package io.millrace.bench.mesh;

/**
 * What a mesh takes.
 *
 * @param completeMs from the start of its first member until the last connection between two
 * @param connections between members, all together
 * @param residentMib memory of each member when idle
 * @param idleCpuMs processor time of each member in an idle minute
 * @param idleKib that all members together send each other in an idle minute
 * @param knownMs until all members know all subscriptions
 * @param moreMib memory of each member that these take
 * @param toldMib that all members together have sent each other to tell of them
 */
record Figures(
        double completeMs,
        int connections,
        double residentMib,
        double idleCpuMs,
        double idleKib,
        double knownMs,
        double moreMib,
        double toldMib) {
    static String header(int subscriptions) {
        String known = "%,d subscriptions known everywhere, ms".formatted(subscriptions);
        return """
        | members | server | complete, ms | connections | resident each, MiB \
        | idle CPU each, ms/min | idle routes, KiB/min | %s | they take each, MiB | routes, MiB |
        |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"""
                .formatted(known);
    }

    String row(int members, String server) {
        return "| %d | %s | %.0f | %d | %.1f | %.0f | %.1f | %.0f | %.1f | %.1f |"
                .formatted(
                        members,
                        server,
                        completeMs,
                        connections,
                        residentMib,
                        idleCpuMs,
                        idleKib,
                        knownMs,
                        moreMib,
                        toldMib);
    }
}
