package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;
import org.vaxroute.ledger.Notice;
import org.vaxroute.ledger.Notices;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.notice.NoticeDesk;

/** The notices of all connections, each step in the name of whoever calls. */
final class NoticeOperations implements NoticesMBean {
    private static final int MOST = 1_000;

    private final NoticeDesk desk;
    private final Notices notices;

    NoticeOperations(NoticeDesk desk, Notices notices) {
        this.desk = desk;
        this.notices = notices;
    }

    @Override
    public List<Map<String, Object>> getOwed() {
        return notices.owed().stream().map(this::row).toList();
    }

    @Override
    public List<Map<String, Object>> list(int limit) {
        return notices.recent(Math.min(Math.max(limit, 1), MOST)).stream()
                .map(this::row)
                .toList();
    }

    @Override
    public String show(long id) {
        return desk.text(notice(id));
    }

    @Override
    public String sent(long id, String why) {
        notices.sent(id, Caller.who(), FileOperations.reason(why));
        return "Notice " + id + " is SENT.";
    }

    @Override
    public String send(long id) {
        notices.again(id, Caller.who());
        return "Notice " + id + " is OWED; it is mailed within a minute, or drafted again where no mail server is set.";
    }

    private Notice notice(long id) {
        return notices.find(id)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no notice " + id + ". List them: vaxroute notices list --all."));
    }

    private Map<String, Object> row(Notice notice) {
        return Rows.row(
                "id", notice.id(),
                "connection", notice.connection(),
                "kind", notice.kind(),
                "state", notice.state(),
                "to", notice.recipient(),
                "subject", notice.subject(),
                "owedAt", notice.owedAt(),
                "sentAt", notice.settledAt(),
                "next", next(notice));
    }

    private String next(Notice notice) {
        return switch (notice.state()) {
            case SENT -> "";
            case OWED, SENDING ->
                notice.lastError().isEmpty()
                        ? "it goes within a minute"
                        : "tried again "
                                + (notice.nextAttempt() == null ? "now" : "at " + Rows.time(notice.nextAttempt()))
                                + ": "
                                + notice.lastError();
            case DRAFTED ->
                notice.lastError() + " Send " + desk.file(notice) + ", then vaxroute notices sent " + notice.id()
                        + " --why ...";
        };
    }
}
