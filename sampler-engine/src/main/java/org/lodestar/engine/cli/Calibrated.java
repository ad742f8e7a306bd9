package org.lodestar.engine.cli;

import java.util.List;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunSpec;
import picocli.CommandLine.Option;

/// The option that fills in measured numbers before a run.
final class Calibrated {
    @Option(
            names = "--calibrated",
            description = "Fills the numbers that were measured for this model and these settings, "
                    + "by lodestar calibrate or by those who made the model, into ag, core2_affine, linear_ag and table, "
                    + "and the settings that suit the model into other policies where they are not written; an error if there are none.")
    private boolean calibrated;

    /// The lanes with the kept numbers, where they were asked for; lanes for whose policies nothing is known stay as they are, if something is for another one.
    List<RunSpec> fill(List<RunSpec> lanes, CalibrationStore store, ModelInfo model) {
        if (!calibrated) {
            return lanes;
        }
        List<RunSpec> suited = lanes.stream().map(lane -> lane.withPolicy(lane.policy().stream().map(model.defaults()::suited).toList())).toList();
        boolean one = !suited.equals(lanes) || suited.stream().anyMatch(Calibrated::canBe);
        return suited.stream().map(lane -> one && !canBe(lane) ? lane : lane.withPolicy(store.fill(lane.policy(), RunCheck.key(lane, lane.policy(), model), model.calibrations()))).toList();
    }

    private static boolean canBe(RunSpec lane) {
        return lane.policy().stream().map(Term::id).anyMatch(CalibrationStore.POLICIES::contains);
    }
}
