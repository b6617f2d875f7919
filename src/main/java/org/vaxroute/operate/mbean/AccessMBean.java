package org.vaxroute.operate.mbean;

/** Who is asking, so that a screen can offer what this person may do. */
@Description("Who is asking and what this person may do")
public interface AccessMBean {
    @Description("Name of the caller")
    String getUser();

    @Description(
            "viewer (looks), operator (acts) or steward (also sees records through the PHI door); empty over plain JMX")
    String getRole();

    @Description("Whether the caller may act; over plain JMX everybody may")
    boolean isMayAct();

    @Description("production, or practice for rehearsals on this machine")
    String getMode();
}
