package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import org.lodestar.engine.image.Ssim;

/// How different pictures of one prompt are from seed to seed.
final class Variety {

    private Variety() {}

    /// The mean of `1 - SSIM` over all pairs of seeds, for each prompt of the scope in turn; NaN with one seed.
    static List<Double> byPrompt(List<Picture> pictures, Scope scope) {
        List<Double> result = new ArrayList<>();
        for (int prompt = 0; prompt < scope.prompts().size(); prompt++) {
            result.add(between(pictures.subList(prompt * scope.seeds(), (prompt + 1) * scope.seeds())));
        }
        return result;
    }

    private static double between(List<Picture> group) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < group.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += 1 - Ssim.of(group.get(i).image(), group.get(j).image());
                pairs++;
            }
        }
        return pairs == 0 ? Double.NaN : sum / pairs;
    }
}
