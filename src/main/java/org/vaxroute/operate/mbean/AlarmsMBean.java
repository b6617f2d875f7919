package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What a person must know. */
@Description(
        "Alarms: what a person must know; each clears by itself when its cause is gone. A notification tells of each that is"
                + " raised or cleared")
public interface AlarmsMBean {
    @Description("How many are open")
    int getCount();

    @Description("The open ones, oldest first, each with what to do")
    List<Map<String, Object>> getOpen();
}
