package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Where this machine is reached. Only one with addresses of both kinds shows much. */
class IntroductionTest {
    @Test
    void shouldNameAddressesOfIpv4BeforeThoseOfIpv6() throws SocketException {
        List<InetAddress> reachable = Introduction.reachable().toList();
        List<InetAddress> rest = new ArrayList<>(reachable);
        while (!rest.isEmpty()) {
            NetworkInterface network = NetworkInterface.getByInetAddress(rest.getFirst());
            List<InetAddress> there =
                    reachable.stream().filter(each -> isOf(network, each)).toList();
            List<InetAddress> sorted = new ArrayList<>(there);
            sorted.removeIf(each -> !(each instanceof Inet4Address));
            there.stream().filter(each -> !(each instanceof Inet4Address)).forEach(sorted::add);
            assertThat(there).isEqualTo(sorted);
            rest.removeAll(there);
        }
    }

    private static boolean isOf(NetworkInterface network, InetAddress address) {
        return network.inetAddresses().anyMatch(address::equals);
    }
}
