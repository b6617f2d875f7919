package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** How well the registry takes what is sent. */
@Description("Quality: how much of what was sent the registry accepted, over time")
public interface QualityMBean {
    @Description(
            "Percent of the answered production records of the last 30 days that were accepted; -1 when none was answered")
    double getAcceptanceRate();

    @Description("Percent that registries ask for")
    double getTarget();

    @Description("Acceptance of the last 26 weeks, week by week, in production")
    List<Map<String, Object>> getCurve();

    @Description(
            "Acceptance by file, site, week and feed, top causes, and days from dose to acceptance; no patient data")
    Map<String, Object> report(
            @Description("Id of the connection") String connection,
            @Description("First day, as 2026-01-31") String from,
            @Description("Last day, as 2026-01-31") String to);
}
