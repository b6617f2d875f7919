package org.vaxroute.submit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    /** @param arrived called whenever some of it has arrived */
    static byte[] sha256(
            RemoteFileOperations<?> operations, RemoteFileEndpoint<?> endpoint, String name, Runnable arrived) {
        try {
            return read(operations, endpoint, name, in -> Sha256.of(telling(in, arrived)));
        } catch (IOException e) {
            throw new GenericFileOperationFailedException(e.getMessage(), e);
        }
    }

    /** Faults of the server come as those of the operations, faults of what is written to as they are. */
    static void copy(
            RemoteFileOperations<?> operations,
            RemoteFileEndpoint<?> endpoint,
            String name,
            OutputStream to,
            Runnable arrived)
            throws IOException {
        read(operations, endpoint, name, in -> {
            byte[] buffer = new byte[1 << 16];
            for (int length = fill(in, buffer); length >= 0; length = fill(in, buffer)) {
                arrived.run();
                to.write(buffer, 0, length);
            }
            return null;
        });
    }

    private static InputStream telling(InputStream in, Runnable arrived) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = in.read(buffer, offset, length);
                arrived.run();
                return read;
            }
        };
    }

    private static int fill(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new GenericFileOperationFailedException(e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(InputStream in) throws IOException;
    }

    private static <T> T read(
            RemoteFileOperations<?> operations, RemoteFileEndpoint<?> endpoint, String name, Use<T> use)
            throws IOException {
        endpoint.getConfiguration().setStreamDownload(true);
        Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
        GenericFile<?> target = new RemoteFile<>();
        exchange.setProperty(FileComponent.FILE_EXCHANGE_FILE, target);
        operations.retrieveFile(name, exchange, 0);
        if (!(target.getBody() instanceof InputStream in)) {
            throw new GenericFileOperationFailedException("no data for " + name);
        }
        try {
            return use.of(in);
        } finally {
            operations.releaseRetrievedFileResources(exchange);
        }
    }
}
