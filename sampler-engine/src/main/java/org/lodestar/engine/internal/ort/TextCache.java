package org.lodestar.engine.internal.ort;

import java.util.LinkedHashMap;
import java.util.Map;

/// What was made from the texts that were asked for last.
final class TextCache<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    private static final int TEXTS_KEPT = 64;

    TextCache() {
        super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > TEXTS_KEPT;
    }
}
