package org.vaxroute.practice;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback for servers that are told theirs before they start.
 *
 * <p>A port that the system gives out as free may be some outgoing connection's a moment later. These lie below those that any
 * system gives to outgoing connections (from 32768 on with Linux).
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int END = 20_000;
    private static final int TRIES = 100;

    private FreePort() {}

    /**
     * A port, chosen at random, on which nobody listens.
     *
     * @throws PracticeException when none is found
     */
    public static int find() {
        for (int tried = 0; tried < TRIES; tried++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new PracticeException("no free port was found from " + FIRST + " to " + END);
    }

    /** Whether nobody listens on the port, on any address of this machine. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
