package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;

/**
 * Refuses what another web site makes a browser send: a foreign {@code Origin}, and a foreign {@code Host}, by which a name that suddenly points to
 * loopback would get past the first. Adds the headers that keep our pages out of frames.
 */
final class SameOriginFilter extends HttpFilter {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String boundHost;
    private final boolean proxied;

    /**
     * @param boundHost address that the server binds
     * @param proxied whether a proxy with a name of its own stands before it
     */
    SameOriginFilter(String boundHost, boolean proxied) {
        this.boundHost = boundHost;
        this.proxied = proxied;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("X-Frame-Options", "SAMEORIGIN");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
        String host = request.getHeader("Host");
        String origin = request.getHeader("Origin");
        boolean crossSite = "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && !"navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        if (host == null || !hostIsOurs(host) || crossSite || origin != null && !sameHost(origin, host)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "Requests of other web sites are refused");
            return;
        }
        chain.doFilter(request, response);
    }

    /** Bound to loopback, only loopback's names are ours; bound beyond or behind a proxy, the names that people type are not known here. */
    private boolean hostIsOurs(String host) {
        boolean loopback = LOOPBACK.contains(boundHost) || boundHost.equals("::1");
        return !loopback || proxied || LOOPBACK.contains(host.replaceFirst(":\\d+$", ""));
    }

    private static boolean sameHost(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return host.equalsIgnoreCase(authority);
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }
}
