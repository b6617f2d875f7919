package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** The submission files on their way to the registry. */
@Description("Submission files on their way to the registry")
public interface FilesMBean {
    @Description("Files by state")
    Map<String, Long> getCounts();

    @Description(
            "The latest files, newest first, and before them every other one that has not left or is UNSURE, a hundred at"
                    + " most")
    List<Map<String, Object>> getLatest();

    @Description("The latest files, newest first; of one state the oldest first")
    List<Map<String, Object>> list(
            @Description("Only files of this state; empty for all") String state,
            @Description("How many at most") int limit);

    @Action
    @Description("Says that a person uploaded a file that was handed over in a folder")
    String uploaded(
            @Description("Name of the file") String file,
            @Description("When it was uploaded, ISO-8601 in UTC; empty for now") String when,
            @Description("Who uploaded it, if not the caller; else empty") String by);

    @Action
    @Description("Settles a file of which nobody could tell whether it arrived: it did")
    String arrived(
            @Description("Name of the file") String file,
            @Description("How you know, such as the registry's archive folder or its reply") String why);

    @Action
    @Description("Takes back a file that did not arrive; its records are dropped")
    String withdraw(@Description("Name of the file") String file, @Description("Why") String why);
}
