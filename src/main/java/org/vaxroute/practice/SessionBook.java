package org.vaxroute.practice;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/** Writes down each session of the SFTP server: a line when somebody has logged in and one when that session is closed. */
final class SessionBook implements SessionListener {
    private final Path file;
    private final Clock clock;
    private final AtomicLong number;
    private final Map<Session, Long> open = new ConcurrentHashMap<>();

    SessionBook(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.number = new AtomicLong(clock.millis());
    }

    @Override
    public synchronized void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            open.put(session, number.incrementAndGet());
            note("opened", open.get(session), session);
        }
    }

    @Override
    public synchronized void sessionClosed(Session session) {
        Long opened = open.remove(session);
        if (opened != null) {
            note("closed", opened, session);
        }
    }

    private void note(String what, long id, Session session) {
        Journal.name(file, clock.instant() + "\t" + what + "\t" + id + "\t" + session.getUsername());
    }
}
