package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an account refuses to do, whatever a route says. */
class AccountLocksTest {
    @TempDir
    Path folder;

    @Test
    void a_locked_credential_is_not_even_read() {
        AtomicInteger read = new AtomicInteger();
        AtomicBoolean approved = new AtomicBoolean();
        Account account = Account.builder("main", Account.Kind.SFTP)
                .host("registry.example")
                .user("CLINIC")
                .secret(() -> "secret" + read.incrementAndGet())
                .build()
                .lockedUnless(approved::get);

        assertThatThrownBy(() -> account.at("other").secret().get())
                .hasMessageContaining("before the registry's approval")
                .hasMessageContaining("vaxroute gate show main");
        assertThat(read).hasValue(0);
        approved.set(true);
        assertThat(account.secret().get()).isEqualTo("secret1");
    }

    @Test
    void a_route_that_leads_elsewhere_is_refused_before_anything_is_said() throws Exception {
        Path hosts = Files.writeString(folder.resolve("known_hosts"), "registry.example ssh-rsa AAAA\n");
        AtomicInteger read = new AtomicInteger();
        Account account = Account.builder("main", Account.Kind.SFTP)
                .host("registry.example")
                .user("CLINIC")
                .secret(() -> "secret" + read.incrementAndGet())
                .knownHosts(hosts)
                .build();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.start();
            assertThatThrownBy(() -> new AccountEndpoint(camel).open("sftp:127.0.0.1:2/in", account))
                    .hasMessageContaining("The route leads to 127.0.0.1:2")
                    .hasMessageContaining("CLINIC at registry.example:22");
        }
        assertThat(read).hasValue(0);
    }
}
