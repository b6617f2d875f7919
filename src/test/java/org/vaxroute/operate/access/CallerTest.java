package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.security.PrivilegedAction;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;

class CallerTest {
    /** As a server's own console gives a person. */
    private record User(String getName) implements Principal {}

    /** As hawtio-war 4.2.0 gives Tomcat's users: the name is that of a role. */
    private record TomcatPrincipal(String getName) implements Principal {}

    @Test
    void whatComesThroughTheConsoleOfAServerAroundUsIsPutDownToThePersonIfItNamesOne() {
        assertThat(who(new User("anna"), new TomcatPrincipal("operator"))).isEqualTo("jmx:anna");
    }

    @Test
    void aRoleIsNobodysName() {
        assertThat(who(new TomcatPrincipal("operator"))).isEqualTo("jmx");
        assertThat(who()).isEqualTo("jmx");
    }

    private static String who(Principal... principals) {
        return Subject.doAs(
                new Subject(true, Set.of(principals), Set.of(), Set.of()), (PrivilegedAction<String>) Caller::who);
    }
}
