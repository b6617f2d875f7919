package org.vaxroute.operate.access;

import java.security.Principal;

/** The role of a logged-in person. */
public record RolePrincipal(Role role) implements Principal {
    @Override
    public String getName() {
        return role.word();
    }
}
