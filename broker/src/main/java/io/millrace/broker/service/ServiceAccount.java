package io.millrace.broker.service;

/**
 * An account as a service knows it: by its name, whatever becomes of it meanwhile. There is one for
 * each name, see {@link ServicePort#account}.
 *
 * @param number the service's own number of it, from 0 without gaps, never another's
 */
public record ServiceAccount(int number, String name) {}
