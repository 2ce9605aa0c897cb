package io.millrace.broker.jetstream.archive;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;

/** A backup can't be restored: it is damaged, or there is no room for what it holds. */
public final class BadBackupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    /** It is damaged, or asks for what can't be. */
    public BadBackupException(String reason) {
        super(reason, null, false, false);
        error = ApiErrors.STREAM_RESTORE.error(reason);
    }

    /** There is an error of its own for why. */
    public BadBackupException(ApiError error) {
        super(error.description(), null, false, false);
        this.error = error;
    }

    /** Why. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** What who wants to restore it is told. */
    public ApiError error() {
        return error;
    }
}
