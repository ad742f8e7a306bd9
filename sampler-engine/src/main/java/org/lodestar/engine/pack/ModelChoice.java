package org.lodestar.engine.pack;

import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.model.Branch;

/// What to load: a model, and the nets that others lend it.
///
/// @param model "starter" or a folder
/// @param lent  at most one for each role, in the order of [Lent#ROLES]
public record ModelChoice(String model, List<Lent> lent) {
    /// What the model that ships with the program is called, in place of a folder.
    public static final String STARTER = "starter";

    public ModelChoice {
        lent = List.copyOf(lent);
    }

    /// A model with what its own folder holds.
    public static ModelChoice of(String model) {
        return new ModelChoice(model, List.of());
    }

    /// This choice with a net of another model, in place of one in the same role.
    public ModelChoice borrowing(Lent net) {
        Stream<Lent> all = Lent.ROLES.stream().flatMap(role -> role == net.role() ? Stream.of(net) : in(role));
        return new ModelChoice(model, all.toList());
    }

    /// This choice without what is lent in `role`.
    public ModelChoice returning(Branch.Net role) {
        return new ModelChoice(model, lent.stream().filter(net -> net.role() != role).toList());
    }

    private Stream<Lent> in(Branch.Net role) {
        return lent.stream().filter(net -> net.role() == role);
    }
}
