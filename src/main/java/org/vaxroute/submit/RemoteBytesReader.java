package org.vaxroute.submit;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    private static final int BUFFER = 1 << 16;

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
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return digest.digest();
        } catch (IOException e) {
            throw new GenericFileOperationFailedException(e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        } finally {
            operations.releaseRetrievedFileResources(exchange);
        }
    }
}
