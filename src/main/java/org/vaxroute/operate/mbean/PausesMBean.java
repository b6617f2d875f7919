package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What people have paused. */
@Description("Pauses: what people have paused, also of what is in the settings no more")
public interface PausesMBean {
    @Description(
            "Everything that is paused, the oldest pause first: kind (delivery, source or feed), id, and who paused it, since when and why")
    List<Map<String, Object>> getStanding();

    @Action
    @Description("Ends a pause; of a source or connection that is in the settings no more there is no other way")
    String resume(
            @Description("delivery, source or feed") String kind,
            @Description("Its id, such as main.clinic-files") String id,
            @Description("Why it is over; name no patient") String why);
}
