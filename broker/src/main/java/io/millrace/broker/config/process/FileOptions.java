package io.millrace.broker.config.process;

/**
 * The files that tell others about this process.
 *
 * @param pidFile file to hold the process id; empty for none
 * @param portsFileDir folder for the ports file; empty for none
 * @param configFile the configuration file that was read; empty for none
 * @param configDigest {@code sha256:<hex>} of that configuration; empty for none
 */
public record FileOptions(
        String pidFile, String portsFileDir, String configFile, String configDigest) {}
