package org.vaxroute.intake;

/** Another reading has the one connection that an EHR's database has to bear. Nothing is wrong: it has to be waited for. */
final class DatabaseInUse extends SourceFaultException {
    /** Why a source is not being read, after its name. */
    static final String WAITS =
            "waits for its turn: its database is being read for another source, a plan or a report, and sees one connection of ours at a time";

    DatabaseInUse(String source) {
        super(
                source,
                "Source " + source + " " + WAITS
                        + ". Nothing is lost; try it again when that has ended (vaxroute jobs).");
    }
}
