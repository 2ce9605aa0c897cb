package io.millrace.broker.config;

/**
 * Everything a server was told, concluded: defaults filled in, ranges and combinations checked.
 *
 * <p>One record per concern; each is immutable. Made by {@link OptionsBuilder}, never changed.
 *
 * @param listen where clients connect
 * @param identity what the server says about itself
 * @param limits what one client may use
 * @param keepAlive how silent connections are noticed
 * @param delivery how messages leave
 * @param lameDuck how clients are moved away before a shutdown
 * @param log where log lines go and which are written
 * @param tls how clients reach it over TLS
 * @param files the files that tell others about this process
 * @param auth who may connect
 * @param monitor the monitoring server
 * @param cluster the cluster it is a member of
 * @param threading which threads run the pipeline
 * @param reload how changes of the configuration are taken over
 */
public record Options(
        ListenOptions listen,
        IdentityOptions identity,
        LimitOptions limits,
        KeepAliveOptions keepAlive,
        DeliveryOptions delivery,
        LameDuckOptions lameDuck,
        LogOptions log,
        TlsOptions tls,
        FileOptions files,
        AuthOptions auth,
        MonitorOptions monitor,
        ClusterOptions cluster,
        ThreadingOptions threading,
        ReloadOptions reload) {

    /** These options, but for what can't change while a server runs: that is as it is there. */
    public Options keeping(Options running) {
        return new Options(
                new ListenOptions(
                        running.listen.host(), running.listen.port(), listen.clientAdvertise()),
                new IdentityOptions(
                        running.identity.serverName(), identity.tags(), identity.metadata()),
                limits.withHeaders(running.limits.headers()),
                keepAlive,
                new DeliveryOptions(
                        delivery.writeDeadline(),
                        delivery.writeTimeout(),
                        delivery.fastProducerStall(),
                        running.delivery.subjectCache()),
                lameDuck,
                log,
                tls.enabled() == running.tls.enabled() ? tls : running.tls,
                files,
                auth,
                running.monitor,
                cluster.keeping(running.cluster),
                running.threading,
                reload);
    }
}
