package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import javax.security.auth.Subject;
import org.vaxroute.operate.access.Users;

/** Ends the session of somebody who was taken out of the users file since the login, or has another role or password there. */
final class StillUserFilter extends HttpFilter {
    /** The name under which Hawtio keeps in a session who has logged in. */
    static final String SUBJECT = "subject";

    private final transient Users users;

    StillUserFilter(Users users) {
        this.users = users;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpSession session = request.getSession(false);
        if (session != null && session.getAttribute(SUBJECT) instanceof Subject subject && !users.stillKnow(subject)) {
            session.invalidate();
        }
        chain.doFilter(request, response);
    }
}
