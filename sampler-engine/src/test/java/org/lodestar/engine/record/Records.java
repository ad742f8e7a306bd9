package org.lodestar.engine.record;

import java.util.List;
import java.util.Map;
import org.lodestar.engine.record.RunRecord.PolicyEntry;

/// Records for tests.
final class Records {
    static final String SPEC = "{\"batch\":1,\"edits\":[],\"height\":128,\"model\":\"starter\",\"negative\":\"blurry, grey\",\"noise\":\"torch\",\"policy\":\"apg(w=10)\","
            + "\"prompt\":\"a red apple: shiny\",\"sampler\":\"euler_a\",\"seed\":7,\"spacing\":\"karras\",\"steps\":20,\"width\":128}";

    private Records() {}

    static RunRecord withSpec(String spec) {
        return new RunRecord(
                1,
                spec,
                Sha256.of(spec),
                0,
                7,
                "Starter",
                "0123456789abcdef",
                "n",
                "l",
                "i",
                List.of(
                        new PolicyEntry(0, "apg(w=10,eta=0,r=7.5,beta=-0.75)", 2, List.of()),
                        new PolicyEntry(1, "apg(w=10,eta=0,r=7.5,beta=-0.75)", 1, List.of("guidance stopped: \"aligned\" at 0.991"))),
                List.of(Map.of("weight", 10.0, "cosineEps", Double.NaN), Map.of("weight", 1e-9, "latentMean", -0.1)),
                3,
                4,
                Map.of("total", 0.625, "network", 1e-7),
                Map.of("lodestar", "0.1.0", "java", "25"),
                "CPU, 2 threads",
                2,
                "together",
                "",
                Map.of("likeness", 0.25, "label apple", 0.75));
    }

    static RunRecord record() {
        return withSpec(SPEC);
    }
}
