package org.vaxroute.operate.http;

/** What Hawtio asks of an MBean that announces a tab; the names are Hawtio's. */
public interface TabMBean {
    /** Folder of the tab's files, as the browser sees it. */
    String getUrl();

    /** Name of the global variable that the entry file makes. */
    String getScope();

    /** What to ask it for. */
    String getModule();

    /** Name of the entry file. */
    String getRemoteEntryFileName();

    /** Whether the browser must ask for it anew each time. */
    boolean isBustRemoteEntryCache();

    /** The function that adds the tab. */
    String getPluginEntry();
}
