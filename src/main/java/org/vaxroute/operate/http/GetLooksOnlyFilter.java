package org.vaxroute.operate.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Refuses operations that come as GET. A link, an image or an address typed by somebody else sends GET without asking, with whatever login the
 * browser remembers; POST with a JSON body it does not.
 */
final class GetLooksOnlyFilter extends HttpFilter {
    private static final Pattern ACTS = Pattern.compile("/*(?:exec|write)(?:/.*)?", Pattern.CASE_INSENSITIVE);

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // Jolokia takes what is asked for from the path or, when that is empty, from the parameter p.
        if (!"POST".equals(request.getMethod()) && (acts(request.getPathInfo()) || acts(request.getParameter("p")))) {
            response.setHeader("Allow", "POST");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Operations are asked for by POST");
            return;
        }
        chain.doFilter(request, response);
    }

    private static boolean acts(String asked) {
        return asked != null && ACTS.matcher(asked).matches();
    }
}
