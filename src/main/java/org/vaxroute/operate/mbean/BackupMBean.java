package org.vaxroute.operate.mbean;

/** Copies of all that a new machine would need, and what a restore left to be said by a person. */
@Description("Backups of the ledger with settings and routes, and what is to be settled after a restore")
public interface BackupMBean {
    @Action
    @Description(
            "Copies the ledger as it stands, with settings, routes and tables, into a new folder; says which. It holds patient data")
    String backup(
            @Description("Folder to make it in; empty for work/backup. Others than that only from the command line")
                    String folder);

    @Action
    @Description(
            "Ends the holding of what is read for a connection whose registry had files of which a restore knew nothing")
    String settled(
            @Description("Id of the connection") String connection,
            @Description("Why all is read of which nobody knew whether it was sent") String why);
}
