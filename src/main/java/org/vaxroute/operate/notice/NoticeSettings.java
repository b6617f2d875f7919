package org.vaxroute.operate.notice;

import java.util.Map;
import java.util.Set;
import org.vaxroute.feeds.Owed;

/**
 * What a connection's notices say.
 *
 * @param templates texts of the registry's profile; a notice without a text is not owed to this registry
 * @param values what stands for the names in them
 */
public record NoticeSettings(Map<Owed.Kind, NoticeTemplate> templates, Map<String, String> values) {
    /** The values that a text may name; the last two are the occasion's. */
    public static final Set<String> NAMES = Set.of(
            "organization",
            "contact",
            "connection",
            "file-code",
            "registry-id",
            "data-exchange-mail",
            "data-exchange-phone",
            "support-mail",
            "support-phone",
            "vendor-mail",
            "files",
            "file-count");

    public NoticeSettings {
        templates = Map.copyOf(templates);
        values = Map.copyOf(values);
    }

    /** The name of the file in {@code notices/} that holds the text of a notice. */
    public static String fileOf(Owed.Kind notice) {
        return notice.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".txt";
    }
}
