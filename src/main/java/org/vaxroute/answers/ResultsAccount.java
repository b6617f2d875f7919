package org.vaxroute.answers;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A login whose results folder is looked at.
 *
 * @param id of the account
 * @param connection that the answers belong to
 * @param kind {@code sftp}, {@code ftps} or {@code folder}
 * @param host the server; empty for a folder
 * @param port the server's port; 0 for a folder
 * @param results the folder, as the route puts it into the endpoint
 * @param minAge a file is fetched once it has not changed for this long
 * @param filesPerTurn most files fetched in one session, so that delivery gets its turn
 * @param largestFile most bytes of an answer file
 * @param removes whether a file is removed at the registry once it is kept here
 * @param holds whether a drop-off folder may be the results folder, so that our own files stand there too
 * @param uploads the name of the file that bears a name while it is uploaded; empty when none does
 */
public record ResultsAccount(
        String id,
        String connection,
        String kind,
        String host,
        int port,
        String results,
        Duration minAge,
        int filesPerTurn,
        long largestFile,
        boolean removes,
        Predicate<String> holds,
        Function<String, Optional<String>> uploads) {}
