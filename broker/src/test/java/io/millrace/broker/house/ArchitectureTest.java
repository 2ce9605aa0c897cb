package io.millrace.broker.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.millrace.protocol.Region;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

/** The rooms, and the one direction in which they may know each other. */
class ArchitectureTest {
    private static final String BROKER = "io.millrace.broker.";
    private static final String FORWARDING = BROKER + "connection.ForwardingHandler";
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.millrace");

    @Test
    void shouldSeeTheClassesItRules() {
        assertThat(CLASSES.contain("io.millrace.broker.routing.Router")).isTrue();
        assertThat(CLASSES.contain("io.millrace.protocol.CommandParser")).isTrue();
    }

    @Test
    void shouldKeepProtocolFreeOfEverythingElse() {
        noClasses()
                .that()
                .resideInAPackage("io.millrace.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.millrace.broker..", "io.netty..", "com.lmax..", "net.openhft..")
                .because("protocol knows bytes and grammar; move what needs more to the broker")
                .check(CLASSES);
    }

    @Test
    void shouldTouchNettyOnlyWhereBytesAreMoved() {
        onlyIn("io.netty..", "transport", "connection", "delivery", "compression", "monitor.http");
    }

    @Test
    void shouldTouchTlsOnlyInTransportAndMonitoring() {
        onlyIn("io.netty.handler.ssl..", "transport.tls", "monitor.http");
    }

    @Test
    void shouldKeepCertificatesFreeOfTheServer() {
        noClasses()
                .that()
                .resideInAnyPackage(BROKER + "tls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.millrace.protocol..", BROKER + "auth..")
                .because("files of certificates and keys need nothing but the JDK")
                .check(CLASSES);
    }

    @Test
    void shouldTouchDisruptorOnlyInRing() {
        onlyIn("com.lmax..", "ring");
    }

    @Test
    void shouldTouchHdrHistogramOnlyInLatency() {
        onlyIn("org.HdrHistogram..", "latency");
    }

    /** The compiler doesn't warn of it, so we do. */
    @Test
    void shouldTouchTheJdksInsidesOnlyWhereItIsMeant() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.millrace.protocol.Memory")
                .and()
                .doNotHaveFullyQualifiedName("io.millrace.protocol.NativeBlock")
                .and()
                .doNotHaveFullyQualifiedName("io.millrace.protocol.JvmAccess")
                .and()
                .doNotHaveFullyQualifiedName("io.millrace.broker.process.Signals")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdk.internal..")
                .because("raw memory is Memory's, signals are Signals'")
                .check(CLASSES);
    }

    /** Whoever makes a region says how long it is, and is believed. */
    @Test
    void shouldMakeRegionsOnlyWhereMemoryIsAllocated() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.millrace.protocol.NativeBlock")
                .and()
                .doNotHaveFullyQualifiedName(BROKER + "connection.Stretch")
                .and()
                .doNotHaveFullyQualifiedName(BROKER + "delivery.Chunk")
                .and()
                .doNotHaveFullyQualifiedName(BROKER + "routing.cache.SlotMemory$OfChronicle")
                .and()
                .doNotHaveFullyQualifiedName(BROKER + "store.disk.Mapping")
                .should()
                .callMethod(Region.class, "of", MemorySegment.class)
                .because("ask NativeBlock for memory: it knows how much it is")
                .check(CLASSES);
    }

    /** Who embeds a server need not have jnats. */
    @Test
    void shouldTouchJnatsOnlyWhereItIsJoined() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BROKER + "jnats..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nats..", BROKER + "jnats..")
                .because("jnats may be missing; what needs it is loaded by those who have it")
                .check(CLASSES);
    }

    @Test
    void shouldTouchChronicleOnlyInSubjectCache() {
        onlyIn("net.openhft..", "routing.cache");
    }

    @Test
    void shouldTouchBcryptOnlyInAuth() {
        onlyIn("at.favre..", "auth");
    }

    @Test
    void shouldTouchAircompressorOnlyInCompression() {
        onlyIn("io.airlift..", "compression");
    }

    @Test
    void shouldStartToolsOnlyFromMain() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BROKER + "tool..")
                .and()
                .doNotHaveFullyQualifiedName("io.millrace.broker.Main")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BROKER + "tool..")
                .because("a tool is a command of the executable; the server needs none")
                .check(CLASSES);
    }

    /** Kinds of connections differ by what they are composed of. */
    @Test
    void shouldComposeConnectionsInsteadOfInheriting() {
        noClasses()
                .that()
                .resideInAPackage(BROKER + "connection..")
                .should()
                .beAssignableTo(
                        describe(
                                "a subclass of a class of ours that isn't ForwardingHandler",
                                ArchitectureTest::inherits))
                .because("a kind is a Kind with a Link; make what two kinds share a part of them")
                .check(CLASSES);
    }

    private static boolean inherits(JavaClass any) {
        return any.getRawSuperclass()
                .filter(parent -> parent.getPackageName().startsWith("io.millrace"))
                .filter(parent -> !parent.getFullName().equals(FORWARDING))
                .isPresent();
    }

    private static void onlyIn(String library, String... rooms) {
        String[] allowed = new String[rooms.length + 1];
        for (int i = 0; i < rooms.length; i++) {
            allowed[i] = BROKER + rooms[i] + "..";
        }
        // The composition root wires everything.
        allowed[rooms.length] = "io.millrace.broker";
        noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because("only " + String.join(", ", rooms) + " know it; ask them")
                .check(CLASSES);
    }

    @Test
    void shouldDependInOneDirection() {
        // From the sockets inwards; each room may know those behind it, never those before it.
        String[] rooms = {
            "system",
            "monitor",
            "transport",
            "connection",
            "gateway",
            "leaf",
            "cluster",
            "jetstream",
            "ring",
            "routing",
            "delivery",
            "compression",
            "latency",
            "log",
            "config",
            "tls",
            "store",
            "ledger"
        };
        for (int inner = 1; inner < rooms.length; inner++) {
            for (int outer = 0; outer < inner; outer++) {
                noClasses()
                        .that()
                        .resideInAPackage(BROKER + rooms[inner] + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(BROKER + rooms[outer] + "..")
                        .because(
                                rooms[outer]
                                        + " is nearer to the sockets than "
                                        + rooms[inner]
                                        + "; let it pass what is needed inwards")
                        .check(CLASSES);
            }
        }
    }

    /** Who asks for something knows nobody who routes; the router knows them all. */
    @Test
    void shouldDependInOneDirectionWithinRouting() {
        String[] rooms = {
            "view", "watch", "interest", "crossing", "trace", "peer", "account", "match"
        };
        for (int inner = 0; inner < rooms.length; inner++) {
            String[] outer = new String[inner + 1];
            outer[0] = BROKER + "routing";
            for (int i = 0; i < inner; i++) {
                outer[i + 1] = BROKER + "routing." + rooms[i];
            }
            noClasses()
                    .that()
                    .resideInAPackage(BROKER + "routing." + rooms[inner])
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(outer)
                    .because(rooms[inner] + " stands below them; let them pass what is needed")
                    .check(CLASSES);
        }
        noClasses()
                .that()
                .resideInAPackage(BROKER + "routing.view")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BROKER + "routing.interest")
                .because("what is shown needs values only")
                .check(CLASSES);
    }

    /** A concern may ask another that is nearer to the language; only the start knows them all. */
    @Test
    void shouldKeepTheConcernsOfTheConfigurationApart() {
        slices().matching("io.millrace.broker.(config.*)").should().beFreeOfCycles().check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(BROKER + "config")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BROKER + "config.*..")
                .because("the language says how a key is written, not which keys there are")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(BROKER + "config..")
                .and()
                .resideOutsideOfPackage(BROKER + "config.start")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BROKER + "config.start")
                .because("a concern has its rows; they are put together in the start")
                .check(CLASSES);
    }

    @Test
    void shouldNotLockInRouting() {
        noClasses()
                .that()
                .resideInAPackage(BROKER + "routing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..")
                .because("routing state has one thread; send it a command through the ring")
                .check(CLASSES);
    }
}
