package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Which messages a consumer may be for. */
final class ConsumerFilters {
    private ConsumerFilters() {}

    /** What is wrong with the filters; null if nothing is. */
    static @Nullable ApiError find(ConsumerConfig config) {
        String only = config.filterSubject();
        if (!only.isEmpty() && !config.filterSubjects().isEmpty()) {
            return ApiErrors.CONSUMER_DUPLICATE_FILTER_SUBJECTS.error();
        }
        if (config.filterSubjects().contains("")) {
            return ApiErrors.CONSUMER_EMPTY_FILTER.error();
        }
        List<String> filters = config.filters();
        Overlaps all = new Overlaps(filters);
        for (String filter : filters) {
            if (!Subject.isValid(filter)) {
                return StreamChecks.invalid("invalid subject");
            }
            try {
                if (filters.size() > 1 && all.isWithinAnother(filter)) {
                    return ApiErrors.CONSUMER_OVERLAPPING_SUBJECT_FILTERS.error();
                }
            } catch (Overlaps.TooLongException e) {
                return StreamChecks.invalid(String.valueOf(e.getMessage()));
            }
        }
        return null;
    }
}
