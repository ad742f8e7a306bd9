package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.noise.NumpyNoise;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.run.Stepper;
import org.lodestar.engine.schedule.NoiseLevel;

/// How well prompts explain finished pictures to the model itself: noise is added to the latents, the model is told one prompt after the other, and a prompt explains the picture the better, the
/// nearer the noise that the model then sees is to the one that was added (a diffusion classifier). The model judges its own pictures, which a separate image-text model would do with less bias.
final class PromptJudge {
    private static final double[] NOISE_LEVELS = {0.7, 1.5, 3, 6};
    private static final long SEED = 77_001;

    private PromptJudge() {}

    /// The mean over noise levels of `|n - n_c|^2/|n|^2`, by picture and then by prompt; less is better. All prompts and pictures meet the same noise.
    static List<List<Double>> errors(Lab lab, List<Picture> pictures, List<String> prompts) {
        return lab.study(lab.scope().policy("cfg(w=1)"), (stepper, model) -> {
            List<Branch> branches = prompts.stream().map(prompt -> Branch.main(prompt, model.text().encode(prompt, stepper.cancel()))).toList();
            return pictures.stream().map(picture -> errors(picture.latents(), branches, stepper, model)).toList();
        });
    }

    private static List<Double> errors(Latents z, List<Branch> branches, Stepper stepper, ModelPackage model) {
        double[] sums = new double[branches.size()];
        for (int k = 0; k < NOISE_LEVELS.length; k++) {
            NoiseLevel level = model.schedule().atKarrasSigma(NOISE_LEVELS[k]);
            Latents noise = new NumpyNoise().initial(SEED + k, z.channels(), z.height(), z.width());
            Latents x = LatentOps.combine(level.alpha(), z, level.sigma(), noise);
            var answers = model.denoiser().predict(branches.stream().map(branch -> new Query(branch, x, level)).toList(), stepper.cancel());
            for (int i = 0; i < sums.length; i++) {
                sums[i] += LatentOps.squaredNorm(LatentOps.subtract(answers.get(i).noise(), noise)) / LatentOps.squaredNorm(noise) / NOISE_LEVELS.length;
            }
        }
        return IntStream.range(0, sums.length).mapToObj(i -> sums[i]).toList();
    }

    /// What the judge says of one picture.
    ///
    /// @param recognised whether its own prompt explains it best
    /// @param margin     by how much its own prompt's error is below the mean of the others', relative to that mean
    record Opinion(boolean recognised, double margin) {}

    /// The opinions on pictures of the scope's prompts, each against the other prompts.
    static List<Opinion> opinions(Lab lab, List<Picture> pictures) {
        List<String> prompts = lab.scope().prompts();
        List<List<Double>> errors = errors(lab, pictures, prompts);
        List<Opinion> opinions = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            int own = prompts.indexOf(pictures.get(i).prompt());
            List<Double> each = errors.get(i);
            double mine = each.get(own);
            double[] others = IntStream.range(0, each.size()).filter(p -> p != own).mapToDouble(each::get).toArray();
            double mean = IntStream.range(0, others.length).mapToDouble(p -> others[p]).average().orElse(Double.NaN);
            opinions.add(new Opinion(IntStream.range(0, others.length).allMatch(p -> mine < others[p]), (mean - mine) / mean));
        }
        return opinions;
    }
}
