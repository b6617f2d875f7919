package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Whether the routes that run are those of the files. */
@Description("Route files: whether what runs is what they say, and why not")
public interface RoutesMBean {
    @Description(
            "current: what runs is what the files say. refused: changed files have faults and what ran before goes on."
                    + " restart: a change waits for the next start")
    String getState();

    @Description("What is wrong with the files as they are now, with file, line, column and remedy")
    List<Map<String, Object>> getFaults();

    @Description("Changes that count only after a restart")
    List<String> getWaitingForRestart();

    @Description("Route files that were taken while the server ran, newest first")
    List<Map<String, Object>> getSwapped();

    @Description("When files are looked at by themselves; empty when they are not")
    String getLooksEvery();

    @Action
    @Description("Looks at the files now, and takes what has changed if it is without fault; tells the outcome")
    String look();
}
