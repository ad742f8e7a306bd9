package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.parameter.Term;

/// What is known of a loaded model.
///
/// @param name        for people ("Starter")
/// @param folder      where it lies
/// @param family      "starter", "sd1", ...
/// @param contentHash SHA-256 over its files, hex (see docs: sorted relative paths and file hashes)
/// @param device      where it runs
/// @param callLayout  how queries are grouped into network calls, part of what bit-identity depends on ("each", "together")
/// @param sizes       which picture sizes it takes
/// @param defaults    what to start from
/// @param abilities   what policies can ask of it
/// @param calibrations numbers of policies that were measured on it, shipped with it
/// @param notes       things worth knowing, as sentences
/// @param lent        nets of other models that work beside it, with the content hashes of their models
public record ModelInfo(
        String name,
        Path folder,
        String family,
        String contentHash,
        Device device,
        String callLayout,
        Sizes sizes,
        Defaults defaults,
        Abilities abilities,
        List<Calibration> calibrations,
        List<String> notes,
        List<Lent> lent) {
    public ModelInfo {
        calibrations = List.copyOf(calibrations);
        notes = List.copyOf(notes);
        lent = List.copyOf(lent);
    }

    /// @param multipleOf width and height must be multiples of this
    /// @param min        least side
    /// @param max        greatest side
    /// @param fixedWidth 0, or the only width the graph takes
    /// @param fixedHeight 0, or the only height
    /// @param presets    sizes to offer
    public record Sizes(int multipleOf, int min, int max, int fixedWidth, int fixedHeight, List<Size> presets) {
        public Sizes {
            presets = List.copyOf(presets);
        }

        /// The size it takes that is nearest to `wanted`, with nearly the same shape.
        public Size nearest(Size wanted) {
            double scale = Math.min(1, (double) max / Math.max(wanted.width(), wanted.height()));
            return new Size(side(wanted.width() * scale, fixedWidth), side(wanted.height() * scale, fixedHeight));
        }

        private int side(double wanted, int fixed) {
            int least = Math.ceilDiv(min, multipleOf) * multipleOf;
            int most = max / multipleOf * multipleOf;
            return fixed > 0 ? fixed : Math.clamp(Math.round(wanted / multipleOf) * multipleOf, least, most);
        }

        /// Whether pictures of that size can be made.
        public boolean take(Size size) {
            return take(size.width(), fixedWidth) && take(size.height(), fixedHeight);
        }

        private boolean take(int side, int fixed) {
            return fixed > 0 ? side == fixed : side >= min && side <= max && side % multipleOf == 0;
        }
    }

    /// What policies can ask of a model.
    ///
    /// @param nets          its denoising networks
    /// @param consultations what its companions that look at pictures answer
    /// @param labels        what its classifier tells apart
    /// @param parts         whether its networks can be asked about a part of the picture
    public record Abilities(Set<Branch.Net> nets, Set<Consultation.Kind> consultations, List<String> labels, boolean parts) {
        /// A denoiser and nothing beside it.
        public static final Abilities PLAIN = new Abilities(Set.of(Branch.Net.MAIN), Set.of(), List.of(), true);

        public Abilities {
            nets = Set.copyOf(nets);
            consultations = Set.copyOf(consultations);
            labels = List.copyOf(labels);
        }
    }

    public record Size(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /// @param sampler  text form
    /// @param spacing  text form
    /// @param policy   text form
    /// @param policies settings that suit the model, of other policies than that one too; at most one term per policy
    public record Defaults(Size size, int steps, String sampler, String spacing, String policy, List<Term> policies) {
        public Defaults {
            policies = List.copyOf(policies);
        }

        /// `term` with the settings that suit the model where it leaves them open.
        public Term suited(Term term) {
            Map<String, String> parameters = new LinkedHashMap<>(term.parameters());
            policies.stream().filter(suiting -> suiting.id().equals(term.id())).forEach(suiting -> suiting.parameters().forEach(parameters::putIfAbsent));
            return new Term(term.id(), parameters);
        }
    }
}
