package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses a request whose body is larger than any that is meant here. Hawtio and Jolokia take a body whole into the memory, Hawtio that of a login
 * from everybody, and the memory that runs out ends the process.
 */
final class BodyLimitFilter extends HttpFilter {
    private final long most;

    /** @param most bytes */
    BodyLimitFilter(long most) {
        this.most = most;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getHeader("Transfer-Encoding") != null) {
            // In pieces, of which nobody says how many there are.
            response.sendError(HttpServletResponse.SC_LENGTH_REQUIRED, "Say how long the request is: Content-Length");
        } else if (request.getContentLengthLong() > most) {
            response.sendError(
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "Requests have at most " + most + " bytes here");
        } else {
            chain.doFilter(request, response);
        }
    }
}
