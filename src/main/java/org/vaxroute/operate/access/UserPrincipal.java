package org.vaxroute.operate.access;

import java.security.Principal;

/** The name of a logged-in person. Hawtio finds it by this simple class name. */
public record UserPrincipal(String name) implements Principal {
    @Override
    public String getName() {
        return name;
    }
}
