package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.view.RouteSnapshot;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whatever another server tells and takes back between two steps, what stays is seen once. */
class ToldInterestTest {
    private static final int SUBJECTS = 200;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private Route route(long rid) {
        Route route = fixture.router.routes().byRid(rid);
        assert route != null;
        return route;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSeeOnceWhatStays(long seed) {
        Random random = new Random(seed);
        fixture.connectRoutes(1, 1, SUBJECTS);
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            Inspection.Told some = Inspection.told(fixture.router, 1, next, 7);
            assertThat(some.interest().size()).isLessThanOrEqualTo(7);
            some.interest().forEach(each -> seen.add(each.subject()));
            next = some.next();
            // Even ones come and go, at any time and anywhere; odd ones stay.
            for (int i = 0; i < 5; i++) {
                String subject = "r.1." + 2 * random.nextInt(SUBJECTS / 2);
                if (random.nextBoolean()) {
                    fixture.tell(route(1), subject);
                } else {
                    route(1).interest().remove("$G " + subject + " ");
                }
            }
        } while (!next.isEmpty());
        assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates();
        for (int i = 1; i < SUBJECTS; i += 2) {
            assertThat(seen).as("seed %d", seed).contains("r.1." + i);
        }
    }

    @Test
    void shouldSeeNothingMoreWhenTheRouteIsGone() {
        fixture.connectRoutes(1, 1, 3);
        Inspection.Told some = Inspection.told(fixture.router, 1, "", 2);
        assertThat(some.interest()).hasSize(2);
        route(1).interest().clear();
        fixture.router.routes().onClosed(route(1), CloseReason.CLIENT_CLOSED);
        assertThat(Inspection.told(fixture.router, 1, some.next(), 2))
                .isEqualTo(new Inspection.Told(List.of(), ""));
    }

    @Test
    void shouldLeaveOutRoutesWhoseOtherEndIsUnknown() {
        fixture.connectRoutes(2, 3, 0);
        fixture.router.routes().onOpen(fixture.route(1));
        fixture.router.routes().onOpen(fixture.route(4));
        Inspection.Routes some = Inspection.routes(fixture.router, 0, 1, Moment.now());
        assertThat(some.routes()).isEmpty();
        some = Inspection.routes(fixture.router, some.next(), 2, Moment.now());
        assertThat(some.routes().stream().map(RouteSnapshot::rid)).containsExactly(2L, 3L);
        some = Inspection.routes(fixture.router, some.next(), 2, Moment.now());
        assertThat(some).isEqualTo(new Inspection.Routes(List.of(), Inspection.Routes.END));
        assertThat(Inspection.server(fixture.router).cluster().routes()).isEqualTo(2);
    }
}
