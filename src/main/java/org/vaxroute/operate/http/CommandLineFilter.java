package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;

/** Lets the command line in by its token, and nobody else. */
final class CommandLineFilter extends HttpFilter {
    /** Names the account that types the command, for the trail. */
    static final String WHO = "X-VaxRoute-Who";

    private static final String BEARER = "Bearer ";

    private final String token;

    CommandLineFilter(String token) {
        this.token = token;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String authorization = request.getHeader("Authorization");
        if (authorization == null
                || !authorization.startsWith(BEARER)
                || !TokenFile.same(token, authorization.substring(BEARER.length()))) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "This door is for the command line on this machine");
            return;
        }
        String who = request.getHeader(WHO);
        String name = who == null ? "command line" : who.replaceAll("[^A-Za-z0-9._@-]", "") + " (command line)";
        try {
            new Caller(name, Role.STEWARD, Caller.Door.COMMAND_LINE).call(() -> {
                chain.doFilter(request, response);
                return null;
            });
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }
}
