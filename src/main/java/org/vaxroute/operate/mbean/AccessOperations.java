package org.vaxroute.operate.mbean;

import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;

/** The caller of the present request. */
final class AccessOperations implements AccessMBean {
    private final String mode;

    AccessOperations(String mode) {
        this.mode = mode;
    }

    @Override
    public String getUser() {
        return Caller.who();
    }

    @Override
    public String getRole() {
        return Caller.current().map(Caller::role).map(Role::word).orElse("");
    }

    @Override
    public boolean isMayAct() {
        return Caller.current().map(Caller::role).map(Role::acts).orElse(false);
    }

    @Override
    public String getMode() {
        return mode;
    }
}
