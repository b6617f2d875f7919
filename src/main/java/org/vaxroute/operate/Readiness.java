package org.vaxroute.operate;

import java.util.List;

/** Whether VaxRoute can do its work at the moment. */
@FunctionalInterface
public interface Readiness {
    /** What keeps it from its work, one sentence each, without patient data; empty when it is ready. */
    List<String> problems();
}
