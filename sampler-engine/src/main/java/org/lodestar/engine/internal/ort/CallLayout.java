package org.lodestar.engine.internal.ort;

import java.util.Locale;

/// How queries are grouped into network calls.
enum CallLayout {
    /// One query per call: results do not depend on what else is asked at the same time.
    EACH,
    /// All queries of one time and net in one call: faster where the device has room.
    TOGETHER;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
