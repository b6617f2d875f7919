package org.vaxroute;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long a test waits for what it expects: a minute unless it says otherwise, so that a crowded machine makes the suite slow and not red.
 *
 * <p>An exception in a thread that another test left behind does not end a wait either; Awaitility takes it for one of its own otherwise.
 */
public final class TestPatience implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
