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
        // Plain JMX, as the console of a server around us uses it, is all or nothing: who reaches it may act.
        return Caller.current().map(Caller::role).map(Role::acts).orElse(true);
    }

    @Override
    public String getMode() {
        return mode;
    }
}
