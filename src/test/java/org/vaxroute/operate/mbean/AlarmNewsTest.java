package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.Notification;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.TestDatabase;
import org.vaxroute.submit.MovableClock;

class AlarmNewsTest {
    @TempDir
    Path home;

    @Test
    void a_listener_hears_once_that_an_alarm_came_and_once_that_it_went() throws Exception {
        MovableClock clock = new MovableClock("2028-02-29T12:00:00Z");
        try (Ledger ledger = Ledger.open(TestDatabase.H2.fresh(home), clock);
                MBeans mbeans = new MBeans("alarm news")) {
            ledger.alarms().raise("login-refused", "account:old", "stood before");
            clock.advance(Duration.ofMinutes(1));
            AlarmNews news = new AlarmNews(ledger, clock);
            mbeans.register("Alarms", "all", new AlarmOperations(ledger), news);
            ObjectName name = mbeans.name("Alarms", "all");
            var server = ManagementFactory.getPlatformMBeanServer();
            assertThat(server.getMBeanInfo(name).getNotifications()[0].getNotifTypes())
                    .containsExactly(AlarmNews.RAISED, AlarmNews.CLEARED);
            List<Notification> heard = new CopyOnWriteArrayList<>();
            server.addNotificationListener(name, (told, back) -> heard.add(told), null, null);

            ledger.alarms().raise("certificate-ends", "connection:main/server", "Renew it.");
            news.tell();
            news.tell();
            clock.advance(Duration.ofDays(40));
            news.tell();
            ledger.alarms().clear("certificate-ends", "connection:main/server");
            news.tell();
            ledger.alarms().raise("certificate-ends", "connection:main/server", "Again.");
            clock.advance(Duration.ofSeconds(1));
            news.tell();
            news.tell();

            assertThat(heard)
                    .extracting(Notification::getType, Notification::getMessage, Notification::getSource)
                    .containsExactly(
                            tuple(AlarmNews.RAISED, "Renew it.", name),
                            tuple(AlarmNews.CLEARED, "Renew it.", name),
                            tuple(AlarmNews.RAISED, "Again.", name));
            assertThat(heard.get(0).getUserData())
                    .isEqualTo(Map.of("kind", "certificate-ends", "subject", "connection:main/server"));
        }
    }

    @Test
    void a_clock_that_is_set_back_hides_no_alarm_and_repeats_none() throws Exception {
        MovableClock clock = new MovableClock("2028-02-29T12:00:00Z");
        try (Ledger ledger = Ledger.open(TestDatabase.H2.fresh(home), clock);
                MBeans mbeans = new MBeans("alarm news")) {
            AlarmNews news = new AlarmNews(ledger, clock);
            mbeans.register("Alarms", "all", new AlarmOperations(ledger), news);
            List<String> heard = new CopyOnWriteArrayList<>();
            ManagementFactory.getPlatformMBeanServer()
                    .addNotificationListener(
                            mbeans.name("Alarms", "all"), (told, back) -> heard.add(told.getMessage()), null, null);
            ledger.alarms().raise("codes-old", "installation/CVX", "Of a clock ahead.");
            news.tell();
            clock.advance(Duration.ofHours(1));
            news.tell();
            ledger.alarms().raise("codes-old", "installation/NDC", "The last of a clock ahead.");

            clock.advance(Duration.ofDays(-30));
            ledger.alarms().raise("certificate-ends", "connection:main/server", "Renew it.");
            for (int day = 0; day < 40; day++) {
                news.tell();
                clock.advance(Duration.ofDays(1));
            }

            assertThat(heard).containsExactly("Of a clock ahead.", "The last of a clock ahead.", "Renew it.");
        }
    }
}
