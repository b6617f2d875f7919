package org.vaxroute.operate.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.vaxroute.operate.Readiness;

/**
 * Tells an orchestrator whether the process lives ({@code /health/live}) and whether it can do its work ({@code /health/ready}, 503 with the reasons
 * when it cannot).
 */
final class HealthServlet extends HttpServlet {
    private final transient Readiness readiness;

    HealthServlet(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/live" -> answer(response, HttpServletResponse.SC_OK, "UP", List.of());
            case "/ready" -> {
                List<String> problems = readiness.problems();
                boolean ready = problems.isEmpty();
                answer(
                        response,
                        ready ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        ready ? "UP" : "DOWN",
                        problems);
            }
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private static void answer(HttpServletResponse response, int code, String status, List<String> problems)
            throws IOException {
        JSONObject body = new JSONObject();
        body.put("status", status);
        if (!problems.isEmpty()) {
            JSONArray list = new JSONArray(problems.size());
            list.addAll(problems);
            body.put("problems", list);
        }
        response.setStatus(code);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(body.toJSONString().getBytes(StandardCharsets.UTF_8));
    }
}
