package org.vaxroute.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is owed to somebody to read, each thing once. A notice is claimed before it is mailed; where the mail server's word is lost it is
 * repeated once, with the same text, and then left to a person.
 */
public final class Notices {
    private static final String ACTOR = "notices";
    private static final int FACTS = 40_000;

    /** No notice waits longer for its next attempt. */
    public static final Duration LONGEST_WAIT = Duration.ofHours(4);

    /** The alarm that mail does not leave; no mail tells of it. */
    public static final String STUCK = "mail-stuck";

    private final Database database;
    private final Clock clock;
    private final Trail trail;

    Notices(Database database, Clock clock, Trail trail) {
        this.database = database;
        this.clock = clock;
        this.trail = trail;
    }

    /**
     * Owes a notice, unless it was owed before. Part of the transaction that is open on this thread.
     *
     * @return whether it is new
     */
    public boolean owe(String connection, String kind, String occasion, String facts) {
        return database.call(sql -> sql.sql(
                                "insert into notice (connection, kind, occasion, facts, state, recipient, subject, body, unsettled, owner,"
                                        + " last_error, owed_at) select ?, ?, ?, ?, 'OWED', '', '', '', 0, '', '', cast(? as timestamp with"
                                        + " time zone) where not exists (select 1 from notice where connection = ? and kind = ? and occasion = ?)")
                        .params(
                                connection,
                                kind,
                                occasion,
                                Texts.cut(facts, FACTS),
                                Database.at(clock.instant()),
                                connection,
                                kind,
                                occasion)
                        .update())
                == 1;
    }

    /**
     * Owes one mail about every open alarm that none was owed for.
     *
     * @return how many alarms it tells of
     */
    public int oweAlarms() {
        return database.transact(sql -> {
            List<Alarm> untold = sql.sql(
                            "select * from alarm where cleared_at is null and notice_id is null and kind <> ? order by alarm_id"
                                    + " fetch first 30 rows only")
                    .param(STUCK)
                    .query((row, n) -> new Alarm(
                            row.getLong("alarm_id"),
                            row.getString("kind"),
                            row.getString("subject"),
                            row.getString("detail"),
                            Database.instant(row, "raised_at"),
                            Database.instant(row, "cleared_at")))
                    .list();
            if (untold.isEmpty()) {
                return 0;
            }
            String occasion = "alarm " + untold.get(0).id() + " to "
                    + untold.get(untold.size() - 1).id();
            StringBuilder facts = new StringBuilder();
            untold.forEach(alarm -> facts.append(alarm.raisedAt())
                    .append("  ")
                    .append(alarm.kind())
                    .append("  ")
                    .append(alarm.subject())
                    .append('\n')
                    .append(alarm.detail())
                    .append("\n\n"));
            owe("", Notice.ALARMS, occasion, facts.toString());
            long id = sql.sql("select notice_id from notice where connection = '' and kind = ? and occasion = ?")
                    .params(Notice.ALARMS, occasion)
                    .query(Long.class)
                    .single();
            for (Alarm alarm : untold) {
                sql.sql("update alarm set notice_id = ? where alarm_id = ?")
                        .params(id, alarm.id())
                        .update();
            }
            return untold.size();
        });
    }

    /**
     * The next notice that may be worked on now, claimed for this node: SENDING from here on.
     *
     * @param owner names this node, the same after a restart
     * @param hold after this long another node may take it, if this one never says what became of it
     */
    public Optional<Notice> claim(String owner, Duration hold) {
        return database.transact(sql -> {
            Instant now = clock.instant();
            // What lies further ahead than any wait was written before the clock was set back; nodes' clocks differ a
            // little.
            Optional<Notice> next = sql.sql(
                            "select * from notice where (state = 'OWED' or state = 'SENDING' and (owner = ? or held_until <= ? or held_until > ?))"
                                    + " and (next_attempt is null or next_attempt <= ? or next_attempt > ?)"
                                    + " order by notice_id fetch first 1 rows only for update")
                    .params(
                            owner,
                            Database.at(now),
                            Database.at(now.plus(hold).plus(hold)),
                            Database.at(now),
                            Database.at(now.plus(LONGEST_WAIT)))
                    .query(Notices::notice)
                    .optional();
            if (next.isEmpty()) {
                return next;
            }
            // Found SENDING: whoever had it died, or never heard the mail server's word.
            int lost = next.get().state() == NoticeState.SENDING && next.get().nextAttempt() == null ? 1 : 0;
            sql.sql("update notice set state = 'SENDING', owner = ?, held_until = ?, next_attempt = null,"
                            + " unsettled = unsettled + ? where notice_id = ?")
                    .params(owner, Database.at(now.plus(hold)), lost, next.get().id())
                    .update();
            return find(next.get().id());
        });
    }

    /** The text that is about to be mailed; a repetition bears the same. */
    public Notice written(long id, String recipient, String subject, String body) {
        step(
                id,
                "recipient = ?, subject = ?, body = ?",
                "state = 'SENDING'",
                Texts.cut(recipient, 1000),
                Texts.cut(subject, 500),
                Texts.cut(body, 60_000));
        return find(id).orElseThrow();
    }

    /** The mail server took it. */
    public void sent(long id) {
        database.transact(sql -> {
            step(id, "state = 'SENT', settled_at = ?, last_error = ''", "state = 'SENDING'", now());
            trail.append(ACTOR, "notice-sent", "notice:" + id, "");
            return null;
        });
    }

    /**
     * It did not leave; it is tried again at that moment.
     *
     * @param next no longer ahead than {@link #LONGEST_WAIT}
     */
    public void failed(long id, Instant next, String why) {
        step(
                id,
                "state = 'OWED', next_attempt = ?, last_error = ?",
                "state = 'SENDING'",
                Database.at(next),
                Texts.cut(why, 1000));
    }

    /**
     * Nobody can tell whether it left; it is repeated at that moment, if it may be.
     *
     * @param next no longer ahead than {@link #LONGEST_WAIT}
     */
    public void unsettled(long id, Instant next, String why) {
        step(
                id,
                "next_attempt = ?, last_error = ?, unsettled = unsettled + 1",
                "state = 'SENDING'",
                Database.at(next),
                Texts.cut(why, 1000));
    }

    /** It is written as a draft for a person. */
    public void drafted(long id, String why) {
        step(id, "state = 'DRAFTED', last_error = ?", "state = 'SENDING'", Texts.cut(why, 1000));
    }

    /**
     * A person sent it.
     *
     * @throws WrongTransition when there is no such notice, or it is SENT
     */
    public void sent(long id, String who, String why) {
        database.transact(sql -> {
            step(id, "state = 'SENT', settled_at = ?", "state <> 'SENT'", now());
            trail.append(who, "notice-sent", "notice:" + id, why);
            return null;
        });
    }

    /**
     * A draft is to be mailed after all.
     *
     * @throws WrongTransition when there is no such draft
     */
    public void again(long id, String who) {
        database.transact(sql -> {
            step(
                    id,
                    "state = 'OWED', next_attempt = ?, unsettled = 0, recipient = '', subject = '', body = ''",
                    "state = 'DRAFTED'",
                    (Object) null);
            trail.append(who, "notice-send", "notice:" + id, "");
            return null;
        });
    }

    /** What is not settled, oldest first. */
    public List<Notice> owed() {
        return database.call(sql -> sql.sql("select * from notice where state <> 'SENT' order by notice_id")
                .query(Notices::notice)
                .list());
    }

    /** The latest, newest first. */
    public List<Notice> recent(int limit) {
        return database.call(sql -> sql.sql("select * from notice order by notice_id desc fetch first ? rows only")
                .param(limit)
                .query(Notices::notice)
                .list());
    }

    public Optional<Notice> find(long id) {
        return database.call(sql -> sql.sql("select * from notice where notice_id = ?")
                .param(id)
                .query(Notices::notice)
                .optional());
    }

    /** The one place where a notice changes after it was claimed. */
    private void step(long id, String set, String from, Object... values) {
        List<Object> params = new java.util.ArrayList<>(java.util.Arrays.asList(values));
        params.add(id);
        int changed = database.call(sql -> sql.sql("update notice set " + set + " where notice_id = ? and " + from)
                .params(params)
                .update());
        if (changed == 0) {
            throw new WrongTransition(find(id).map(notice ->
                                    "Notice " + id + " is " + notice.state() + "; this step is not possible there.")
                            .orElse("There is no notice " + id + ".")
                    + " List them: vaxroute notices list --all.");
        }
    }

    private java.time.OffsetDateTime now() {
        return Database.at(clock.instant());
    }

    private static Notice notice(ResultSet row, int n) throws SQLException {
        return new Notice(
                row.getLong("notice_id"),
                row.getString("connection"),
                row.getString("kind"),
                row.getString("occasion"),
                row.getString("facts"),
                NoticeState.valueOf(row.getString("state")),
                row.getString("recipient"),
                row.getString("subject"),
                row.getString("body"),
                row.getInt("unsettled"),
                Database.instant(row, "next_attempt"),
                row.getString("last_error"),
                Database.instant(row, "owed_at"),
                Database.instant(row, "settled_at"));
    }
}
