package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import javax.security.auth.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Users;

/** Says in the log, and on the trail if there is one, who logs in to the console and from where. */
final class LoginLogFilter extends HttpFilter {
    private static final Logger LOG = LoggerFactory.getLogger(LoginLogFilter.class);

    private final transient Users users;
    private final transient Optional<LoginTrail> trail;

    LoginLogFilter(Users users, Optional<LoginTrail> trail) {
        this.users = users;
        this.trail = trail;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (!"POST".equals(request.getMethod())) {
            return;
        }
        Optional<Caller> loggedIn = loggedIn(request.getSession(false));
        if (loggedIn.isPresent()) {
            LOG.info(
                    "{} ({}) logged in to the console from {}",
                    loggedIn.get().name(),
                    loggedIn.get().role().word(),
                    request.getRemoteAddr());
            trail.ifPresent(logins -> logins.accepted(loggedIn.get(), request.getRemoteAddr()));
        } else {
            // Without the name: it may be a password that somebody typed into the wrong field.
            LOG.warn("A login to the console from {} was refused", request.getRemoteAddr());
            Optional<String> user = users.takeRefused();
            trail.ifPresent(logins -> logins.refused(user, request.getRemoteAddr()));
        }
    }

    private static Optional<Caller> loggedIn(HttpSession session) {
        return session != null && session.getAttribute(StillUserFilter.SUBJECT) instanceof Subject subject
                ? Caller.of(subject)
                : Optional.empty();
    }
}
