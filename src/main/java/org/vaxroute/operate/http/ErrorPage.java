package org.vaxroute.operate.http;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/** Tomcat's page for errors without what only a stranger asks for: the version, and the place in the code where a fault came up, which the log has. */
final class ErrorPage extends ErrorReportValve {
    ErrorPage() {
        setShowServerInfo(false);
    }

    @Override
    protected void report(Request request, Response response, Throwable fault) {
        super.report(request, response, null);
    }
}
