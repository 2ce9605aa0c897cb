package io.millrace.test;

/** Who a client is, if it must say so. */
record Login(String user, String password) {
    static Login of(NatsUser annotation) {
        return new Login(annotation.name(), annotation.password());
    }
}
