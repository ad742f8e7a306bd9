package org.lodestar.engine.internal.ort;

import java.util.LinkedHashMap;
import java.util.Map;

/// What was made from the texts that were asked for last, by text, or by text and how it was read.
final class TextCache<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private static final int TEXTS_KEPT = 64;

    TextCache() {
        super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > TEXTS_KEPT;
    }
}
