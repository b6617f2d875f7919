package org.vaxroute.submit;

import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFile;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.support.DefaultExchange;

/** Reads a file at the registry as a stream, so that a large one needs no memory. */
final class RemoteBytesReader {
    private RemoteBytesReader() {}

    static byte[] sha256(RemoteFileOperations<?> operations, RemoteFileEndpoint<?> endpoint, String name) {
        endpoint.getConfiguration().setStreamDownload(true);
        Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
        GenericFile<?> target = new RemoteFile<>();
        exchange.setProperty(FileComponent.FILE_EXCHANGE_FILE, target);
        operations.retrieveFile(name, exchange, 0);
        if (!(target.getBody() instanceof InputStream in)) {
            throw new GenericFileOperationFailedException("no data for " + name);
        }
        try {
            return Sha256.of(in);
        } catch (IOException e) {
            throw new GenericFileOperationFailedException(e.getMessage(), e);
        } finally {
            operations.releaseRetrievedFileResources(exchange);
        }
    }
}
