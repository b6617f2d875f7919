package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.vaxroute.operate.access.Users;

/** Keeps the console closed as long as there is nobody who could log in, and says how to open it; the first user opens it at once. */
final class NobodyYetFilter extends HttpFilter {
    static final String CLOSED = "The console is closed, because nobody could log in yet."
            + " Make a user on this machine: vaxroute user add NAME --role viewer|operator|steward. Then load this page again.";

    private final transient Users users;
    private volatile boolean open;

    NobodyYetFilter(Users users) {
        this.users = users;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        open = open || users.any();
        if (open) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write((CLOSED + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
