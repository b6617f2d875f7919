package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.security.auth.Subject;
import org.apache.catalina.Context;
import org.apache.catalina.Session;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Users;

/** Says who asks for a record: the command line by its token, or somebody who is logged in to the console. */
final class RecordFilter extends HttpFilter {
    private final transient CommandLineFilter commandLine;
    private final transient Supplier<Optional<Context>> console;
    private final transient Users users;

    /** @param console the console's context, whose logins count here too; empty when it is not served */
    RecordFilter(CommandLineFilter commandLine, Supplier<Optional<Context>> console, Users users) {
        this.commandLine = commandLine;
        this.console = console;
        this.users = users;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Cache-Control", "no-store");
        if (request.getHeader("Authorization") != null) {
            commandLine.doFilter(request, response, chain);
            return;
        }
        Optional<Caller> caller = loggedIn(request);
        if (caller.isEmpty()) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "Log in to the console first");
            return;
        }
        try {
            caller.get().call(() -> {
                chain.doFilter(request, response);
                return null;
            });
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private Optional<Caller> loggedIn(HttpServletRequest request) throws IOException {
        Optional<Context> served = console.get();
        String id = request.getRequestedSessionId();
        if (served.isEmpty() || id == null || !request.isRequestedSessionIdFromCookie()) {
            return Optional.empty();
        }
        Session session = served.get().getManager().findSession(id);
        if (session == null || !session.isValid()) {
            return Optional.empty();
        }
        return session.getSession().getAttribute(StillUserFilter.SUBJECT) instanceof Subject subject
                        && users.stillKnow(subject)
                ? Caller.of(subject)
                : Optional.empty();
    }
}
