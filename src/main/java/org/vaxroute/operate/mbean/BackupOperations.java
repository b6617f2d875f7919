package org.vaxroute.operate.mbean;

import java.nio.file.Path;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.operate.access.Caller;

/** Backups, each in the name of whoever calls. */
final class BackupOperations implements BackupMBean {
    private final Backups backups;
    private final Ledger ledger;

    BackupOperations(Backups backups, Ledger ledger) {
        this.backups = backups;
        this.ledger = ledger;
    }

    @Override
    public String backup(String folder) {
        boolean console = Caller.current()
                .map(caller -> caller.door() == Caller.Door.CONSOLE)
                .orElse(true);
        if (console && !folder.isBlank()) {
            throw new IllegalArgumentException(
                    "From the console a backup is made in work/backup only; leave the folder empty, or use the command line.");
        }
        Path made = backups.make(folder.isBlank() ? null : Path.of(folder), Caller.who());
        return "Backup made: " + made;
    }

    @Override
    public String settled(String connection, String why) {
        ledger.unknownFiles().settled(connection, Caller.who(), FileOperations.reason(why));
        return "What is read for " + connection + " is no longer held because of the restore.";
    }
}
