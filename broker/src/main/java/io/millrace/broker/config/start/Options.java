package io.millrace.broker.config.start;

import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.DeliveryOptions;
import io.millrace.broker.config.delivery.KeepAliveOptions;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.limits.LimitOptions;
import io.millrace.broker.config.listen.IdentityOptions;
import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.process.FileOptions;
import io.millrace.broker.config.process.LameDuckOptions;
import io.millrace.broker.config.process.ReloadOptions;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.config.websocket.WebSocketOptions;

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
 * @param gateway what connects that cluster with others
 * @param leaf leaf nodes, on either side
 * @param websocket where WebSocket clients connect
 * @param jetStream what is stored
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
        GatewayOptions gateway,
        LeafOptions leaf,
        WebSocketOptions websocket,
        JetStreamOptions jetStream,
        ThreadingOptions threading,
        ReloadOptions reload) {

    /** These options, but for what can't change while a server runs: that is as it is there. */
    public Options keeping(Options running) {
        return Concerns.keep(running, this);
    }
}
