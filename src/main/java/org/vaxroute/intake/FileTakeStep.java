package org.vaxroute.intake;

import java.io.File;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.apache.camel.component.file.GenericFileProcessStrategy;

/**
 * Camel's side of the drop folder: asks it before a file is read, and tells it when the reading has ended
 * ({@code processStrategy: "#sourceFiles"}).
 *
 * <p>Honours the route's {@code readLockMinAge}; a file that changes is left alone as with {@code readLock: changed}.
 */
public final class FileTakeStep implements GenericFileProcessStrategy<File> {
    static final String TAKING = "vaxroute.taking";

    private final FileDrop drop;

    public FileTakeStep(FileDrop drop) {
        this.drop = drop;
    }

    @Override
    public void prepareOnStartup(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint) {
        // Nothing to prepare: unlike Camel's own strategies this one leaves no lock files behind.
    }

    @Override
    public boolean begin(
            GenericFileOperations<File> operations,
            GenericFileEndpoint<File> endpoint,
            Exchange exchange,
            GenericFile<File> file) {
        Optional<Taking> taking = drop.begin(file.getFile().toPath(), Duration.ofMillis(endpoint.getReadLockMinAge()));
        taking.ifPresent(t -> exchange.setProperty(TAKING, t));
        return taking.isPresent();
    }

    @Override
    public void abort(
            GenericFileOperations<File> operations,
            GenericFileEndpoint<File> endpoint,
            Exchange exchange,
            GenericFile<File> file) {
        // Not begun, so nothing to end.
    }

    @Override
    public void commit(
            GenericFileOperations<File> operations,
            GenericFileEndpoint<File> endpoint,
            Exchange exchange,
            GenericFile<File> file) {
        drop.finish(exchange.getProperty(TAKING, Taking.class));
    }

    @Override
    public void rollback(
            GenericFileOperations<File> operations,
            GenericFileEndpoint<File> endpoint,
            Exchange exchange,
            GenericFile<File> file) {
        drop.finish(exchange.getProperty(TAKING, Taking.class));
    }
}
