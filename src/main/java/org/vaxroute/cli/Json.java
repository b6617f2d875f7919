package org.vaxroute.cli;

import java.util.List;
import java.util.Map;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;

/** Writes what the operations say as JSON, for other programs. */
final class Json {
    private Json() {}

    static String of(Object value) {
        Object converted = convert(value);
        if (converted instanceof JSONObject object) {
            return object.toJSONString();
        }
        return converted instanceof JSONArray array ? array.toJSONString() : String.valueOf(converted);
    }

    private static Object convert(Object value) {
        if (value instanceof Map<?, ?> map) {
            JSONObject object = new JSONObject();
            map.forEach((key, item) -> object.put(key.toString(), convert(item)));
            return object;
        }
        if (value instanceof List<?> list) {
            JSONArray array = new JSONArray(list.size());
            list.forEach(item -> array.add(convert(item)));
            return array;
        }
        return value;
    }

    /** The rows of a list of maps. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(Object value) {
        return (List<Map<String, Object>>) value;
    }

    /** A map of names and values. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
