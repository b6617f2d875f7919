package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;

/** Lets the command line in by its token, and nobody else. */
final class CommandLineFilter extends HttpFilter {
    /** Names the account that types the command, for the trail; as in a query, since a header takes no letters beyond Latin. */
    static final String WHO = "X-VaxRoute-Who";

    private static final String BEARER = "Bearer ";

    private final String token;

    CommandLineFilter(String token) {
        this.token = token;
    }

    private static String name(String who) {
        String account = who == null
                ? ""
                : URLDecoder.decode(who, StandardCharsets.UTF_8).replaceAll("[^\\p{L}\\p{M}\\p{N}._@-]", "");
        // An account without an entry among the users, as in a container, has no name.
        return account.isEmpty() ? "command line" : account + " (command line)";
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
        String name = name(request.getHeader(WHO));
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
