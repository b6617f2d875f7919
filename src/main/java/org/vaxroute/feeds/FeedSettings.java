package org.vaxroute.feeds;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

/**
 * When the feeds of a connection run and what is watched.
 *
 * @param connection its id
 * @param zone its time zone
 * @param ongoing when the ongoing feed is due
 * @param gate what its gate asks for
 * @param watch after how long the due watch speaks up
 * @param sourceSilence silences of sources that differ from the watch's own, by source id
 */
public record FeedSettings(
        String connection,
        ZoneId zone,
        Schedule ongoing,
        GateSettings gate,
        WatchSettings watch,
        Map<String, Duration> sourceSilence) {}
