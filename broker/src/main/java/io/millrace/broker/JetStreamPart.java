package io.millrace.broker;

import io.millrace.broker.config.account.AccountJetStream;
import io.millrace.broker.config.jetstream.EncryptionCipher;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.jetstream.JetStreamImports;
import io.millrace.broker.config.jetstream.JetStreamLimits;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.jetstream.ApiFacts;
import io.millrace.broker.jetstream.EpochClock;
import io.millrace.broker.jetstream.JetStreamPlace;
import io.millrace.broker.jetstream.JetStreamService;
import io.millrace.broker.jetstream.Shard;
import io.millrace.broker.jetstream.ShardParts;
import io.millrace.broker.jetstream.batch.BatchLimits;
import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ServerLimits;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.store.block.StoreDirectory;
import io.millrace.broker.store.disk.ErrandThread;
import io.millrace.broker.store.disk.RealDisk;
import io.millrace.broker.store.log.LogOptions;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreSecrets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** JetStream's part of the server: its store, its threads, its service. */
final class JetStreamPart {
    /** The log is kept this long before messages move to blocks. */
    private static final long LOG_BYTES = 256L * 1024 * 1024;

    private static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

    private final ServerLog log;
    private final StoreDirectory directory;
    private final JetStreamService service;
    private final ErrandThread logErrands;
    private final ErrandThread errands;
    private JetStreamFacts facts;
    private volatile Runnable wake = () -> {};
    private volatile Map<String, AccountJetStream> accounts;
    private volatile ServerLimits limits;
    private volatile BatchLimits batches;
    private volatile JetStreamImports imports;
    private final Predicate<String> hasLeafs;
    private boolean started;

    private JetStreamPart(
            Options options,
            StoreDirectory directory,
            Ledger ledger,
            Predicate<String> hasLeafs,
            ServerLog log)
            throws JetStreamStartException {
        this.log = log;
        this.hasLeafs = hasLeafs;
        this.directory = directory;
        facts = JetStreamFacts.of(options.jetStream(), ledger.bounds().nativeBytes());
        service =
                new JetStreamService(
                        log,
                        options.jetStream().maxBufferedBytes(),
                        options.jetStream().requestQueueLimit(),
                        () -> wake.run());
        logErrands = new ErrandThread("millrace-jetstream-log", () -> wake.run());
        errands = new ErrandThread("millrace-jetstream-files", () -> wake.run());
        accounts = JetStreamAccounts.of(options.jetStream(), options.auth());
        limits = limits(options);
        batches = batches(options);
        imports = JetStreamImports.of(options.auth());
    }

    /**
     * Opens the store and starts to hear requests; returns when it does.
     *
     * @param server the server's name
     * @param hasLeafs whether an account has leaf nodes, or hubs; any thread
     * @throws JetStreamStartException if the store can't be had
     */
    static JetStreamPart start(
            Options options,
            String server,
            RunningServices services,
            Predicate<String> hasLeafs,
            Ledger ledger,
            ServerLog log)
            throws JetStreamStartException, InterruptedException {
        long startNs = System.nanoTime();
        JetStreamLines.starting(log, options.jetStream().isTemporary());
        JetStreamPart part = open(options, server, hasLeafs, ledger, log);
        JetStreamLines.opened(log, part.facts, part.directory.encryption());
        JetStreamLines.beyond(log, part.facts, ledger.bounds());
        JetStreamLines.alone(log, options);
        part.started = true;
        part.wake = services.start(part.service);
        part.service.awaitReady();
        JetStreamLines.started(log, Duration.ofNanos(System.nanoTime() - startNs));
        return part;
    }

    private static JetStreamPart open(
            Options options,
            String server,
            Predicate<String> hasLeafs,
            Ledger ledger,
            ServerLog log)
            throws JetStreamStartException {
        StoreDirectory directory = null;
        JetStreamPart part = null;
        try {
            directory =
                    StoreDirectory.open(
                            JetStreamFacts.folder(options.jetStream()),
                            InstantSource.system(),
                            new SecureRandom(),
                            secrets(options.jetStream()));
            part = new JetStreamPart(options, directory, ledger, hasLeafs, log);
            part.open(options, server, ledger);
            return part;
        } catch (IOException | RuntimeException | Error e) {
            if (part != null) {
                part.end();
            } else if (directory != null) {
                close(directory, log);
            }
            throw switch (e) {
                case JetStreamStartException why -> why;
                case IOException why -> new JetStreamStartException(why);
                default -> new JetStreamStartException(e.toString());
            };
        }
    }

    private static StoreSecrets secrets(JetStreamOptions options) {
        return new StoreSecrets(
                options.key().value(), options.previousKey().value(), cipher(options.cipher()));
    }

    private static StoreCipher cipher(EncryptionCipher cipher) {
        return switch (cipher) {
            case CHACHA -> StoreCipher.CHACHA;
            case AES -> StoreCipher.AES;
        };
    }

    private void open(Options options, String server, Ledger ledger) throws IOException {
        Shard shard = Shard.open(parts(ledger));
        facts = facts.recovered(shard.storeBytes());
        limits = limits(options);
        service.use(
                shard,
                new ApiFacts(
                        server,
                        Version.FEATURE_LEVEL,
                        facts.domain(),
                        facts.strict(),
                        () -> limits,
                        () -> batches,
                        options.limits().maxPendingBytes(),
                        options.limits().maxPayloadBytes(),
                        this::limitsOf,
                        (account, subject) ->
                                imports.test(account, subject) || hasLeafs.test(account),
                        options.auth().systemAccount()));
    }

    private ShardParts parts(Ledger ledger) {
        LogOptions logOptions = LogOptions.standard(System::nanoTime, new SecureRandom());
        logOptions = logOptions.encrypted(directory.encryption());
        if (!facts.sync().always()) {
            logOptions = logOptions.syncedEvery(facts.sync().interval().toNanos());
        }
        return new ShardParts(
                new RealDisk(directory.path()),
                directory.identity().id(),
                logErrands,
                errands,
                EpochClock.system(),
                logOptions,
                LOG_BYTES,
                new Debtor(ledger),
                MAX_ANSWER_BYTES,
                facts.maxMemoryBytes(),
                facts.maxStoreBytes(),
                S2Codec::new,
                facts.domain(),
                new StartVoice(service, log));
    }

    /** Of all accounts together; what isn't said follows from the machine, as at the start. */
    private ServerLimits limits(Options options) {
        JetStreamOptions its = options.jetStream();
        JetStreamLimits each = its.limits();
        return new ServerLimits(
                its.maxMemoryBytes() < 0 ? facts.maxMemoryBytes() : its.maxMemoryBytes(),
                its.maxStoreBytes() < 0 ? facts.maxStoreBytes() : its.maxStoreBytes(),
                each.duplicateWindow().toNanos(),
                each.maxAckPending(),
                each.maxRequestBatch(),
                each.defaultMaxConsumers());
    }

    private static BatchLimits batches(Options options) {
        var its = options.jetStream().limits().batch();
        return BatchLimits.of(
                its.maxInflightPerStream(),
                its.maxInflightTotal(),
                its.maxMessages(),
                its.timeout().toNanos());
    }

    private @Nullable AccountLimits limitsOf(String account) {
        AccountJetStream its = accounts.get(account);
        return its == null
                ? null
                : new AccountLimits(
                        its.maxMemoryBytes(),
                        its.maxStoreBytes(),
                        its.maxStreams(),
                        its.maxConsumers(),
                        its.maxAckPending(),
                        its.memoryMaxStreamBytes(),
                        its.storeMaxStreamBytes(),
                        its.maxBytesRequired());
    }

    /**
     * Other accounts may use it from here on, or other amounts.
     *
     * @throws IllegalStateException if its thread doesn't take that over in time, or has ended
     */
    void use(Options options) throws InterruptedException {
        accounts = JetStreamAccounts.of(options.jetStream(), options.auth());
        limits = limits(options);
        batches = batches(options);
        imports = JetStreamImports.of(options.auth());
        service.awaitReload();
    }

    /**
     * What it looks like now.
     *
     * @throws IllegalStateException if there is no answer in time, or it has ended
     */
    JetStreamView view(Look look) throws InterruptedException {
        List<String> names = accounts.keySet().stream().sorted().toList();
        JetStreamPlace place =
                new JetStreamPlace(facts.folder().toString(), JetStreamFacts.API_LEVEL, names);
        return service.view(place, look);
    }

    /** Ends its threads, once its service has ended, and lets others have the store. */
    void end() {
        if (started && !service.hasEnded()) {
            log.error("JetStream did not end in time; its store stays locked");
            return;
        }
        logErrands.close();
        errands.close();
        close(directory, log);
    }

    private static void close(StoreDirectory directory, ServerLog log) {
        try {
            directory.close();
        } catch (IOException e) {
            log.error("JetStream's store can't be unlocked: " + e.getMessage());
        }
    }
}
