package io.millrace.broker.system;

import io.millrace.broker.service.ServiceMessage;

/**
 * A request that may wait for its answer.
 *
 * @param account name of the account it was asked in
 * @param reply where the answer goes; not empty
 * @param body its options
 */
record Question(String account, String reply, Encoding encoding, byte[] body) {
    /** The same without options, which are passed over where there can be none. */
    Question plain() {
        return new Question(account, reply, Encoding.PLAIN, new byte[0]);
    }

    /** Copies what is needed of a request. */
    static Question of(ServiceMessage request) {
        return new Question(
                request.account(),
                request.reply(),
                Encoding.of(request.headers()),
                request.payload());
    }
}
